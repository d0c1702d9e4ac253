// Search as you type over the index that was made with the site. Without this file the page leads to the lists.
{
  const form = document.querySelector('.search');
  const input = form.querySelector('input');
  const status = form.querySelector('[role=status]');
  const list = form.querySelector('ol');
  const more = form.querySelector('button[type=button]');
  const PAGE = 20;
  let results = [];
  let shown = 0;
  let latest = 0;

  // The index knows Chinese words, so the question is cut into words as well; a credit code is one word.
  const words = text => typeof Intl.Segmenter === 'function'
    ? [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)].filter(part => part.isWordLike).map(part => part.segment).join(' ')
    : text;

  const item = page => {
    const link = document.createElement('a');
    link.href = page.raw_url ? new URL('..' + page.raw_url, new URL(form.dataset.index, document.baseURI)) : page.url;
    link.textContent = page.meta.title;
    const excerpt = document.createElement('p');
    excerpt.className = 'quiet';
    excerpt.textContent = new DOMParser().parseFromString(page.excerpt, 'text/html').body.textContent;
    const li = document.createElement('li');
    li.append(link, excerpt);
    return li;
  };

  const show = async turn => {
    const pages = await Promise.all(results.slice(shown, shown + PAGE).map(result => result.data()));
    if (turn !== latest) return;
    list.append(...pages.map(item));
    shown += pages.length;
    more.hidden = shown >= results.length;
  };

  const search = async index => {
    const turn = ++latest;
    const asked = words(input.value.trim());
    history.replaceState(null, '', asked ? '?q=' + encodeURIComponent(input.value.trim()) : location.pathname);
    const found = asked ? (await index.search(asked)).results : [];
    if (turn !== latest) return;
    results = found;
    shown = 0;
    list.replaceChildren();
    status.textContent = !asked ? '' : found.length ? form.dataset.count.replace('{n}', found.length) : form.dataset.none;
    await show(turn);
  };

  import(new URL(form.dataset.index, document.baseURI)).then(index => {
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      search(index);
    });
    input.addEventListener('input', () => search(index));
    more.addEventListener('click', () => show(latest));
    input.value = new URLSearchParams(location.search).get('q') ?? '';
    if (input.value) search(index);
    input.focus();
  }, () => {
    // From a disk a browser loads no index; the lists below are complete.
  });
}
