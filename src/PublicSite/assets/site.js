// Optional: nothing on the site needs this file. It adds a print button and what is left of an open window.
document.querySelectorAll('.print').forEach(item => {
  item.hidden = false;
  item.firstElementChild.addEventListener('click', () => window.print());
});

const show = time => {
  const minutes = Math.floor((new Date(time.dateTime) - Date.now()) / 60000);
  time.textContent = minutes < 0
    ? time.dataset.closed
    : time.dataset.left
        .replace('{d}', Math.floor(minutes / 1440))
        .replace('{h}', Math.floor(minutes / 60) % 24)
        .replace('{m}', minutes % 60);
};
const times = document.querySelectorAll('.countdown');
times.forEach(show);
if (times.length) setInterval(() => times.forEach(show), 60000);
