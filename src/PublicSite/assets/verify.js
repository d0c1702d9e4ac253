// Checks one receipt or one page against the public log, in the browser. Nothing is sent anywhere: the log's files are read like any other file
// of the site, and a receipt that is chosen stays on this machine. It is written from the formats' own texts (RFC 6962 and 9162, C2SP signed-note,
// tlog-checkpoint and tlog-proof) and shares no code with the program that keeps the log.
globalThis.logVerifier = (() => {
  const hashSize = 32, longestProof = 63, padding = 16, longestEntry = 65535;
  const utf8 = new TextEncoder();

  const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const encode = bytes => btoa(String.fromCharCode(...bytes));
  const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  // Only what its bytes encode to is base64.
  const decode = text => {
    try {
      const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
      return encode(bytes) === text ? bytes : null;
    } catch { return null; }
  };
  const decodeUrl = text => /^[\w-]*$/.test(text) ? decode(text.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(text.length / 4) * 4, '=')) : null;
  // Digits alone, no leading zero, up to 2^63 - 1: more than a Number holds exactly.
  const largest = 2n ** 63n - 1n;
  const number = text => /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= largest ? BigInt(text) : null;

  const leafHash = entry => sha256(join([0], entry));
  const nodeHash = (left, right) => sha256(join([1], left, right));

  // RFC 9162, 2.1.3.2.
  const isIncluded = async (index, size, leaf, proof, root) => {
    let [place, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
    if (!(place >= 0n && place <= last) || proof.length > longestProof || [...proof, leaf, root].some(hash => hash.length !== hashSize)) return false;
    for (const sibling of proof) {
      if (last === 0n) return false;
      if (place % 2n === 1n || place === last) {
        hash = await nodeHash(sibling, hash);
        while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
      } else hash = await nodeHash(hash, sibling);
      [place, last] = [place >> 1n, last >> 1n];
    }
    return last === 0n && same(hash, root);
  };

  // RFC 9162, 2.1.4.2.
  const hasGrown = async (size, root, newSize, newRoot, proof) => {
    let [place, last] = [BigInt(size) - 1n, BigInt(newSize) - 1n];
    if (!(place >= -1n && place <= last) || proof.length > longestProof || [...proof, root, newRoot].some(hash => hash.length !== hashSize)) return false;
    if (place === last) return proof.length === 0 && same(root, newRoot);
    if (place < 0n || proof.length === 0) return false;
    const path = ((place + 1n) & place) === 0n ? [root, ...proof] : proof;
    while (place % 2n === 1n) [place, last] = [place >> 1n, last >> 1n];
    let [old, now] = [path[0], path[0]];
    for (const hash of path.slice(1)) {
      if (last === 0n) return false;
      if (place % 2n === 1n || place === last) {
        [old, now] = [await nodeHash(hash, old), await nodeHash(hash, now)];
        while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
      } else now = await nodeHash(now, hash);
      [place, last] = [place >> 1n, last >> 1n];
    }
    return last === 0n && same(old, root) && same(now, newRoot);
  };

  const isName = name => name.length > 0 && !/[\s+]/.test(name);
  const parseKey = async text => {
    const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text);
    const bytes = parts && decode(parts[3]);
    if (!bytes || !isName(parts[1]) || bytes.length !== 1 + hashSize || ![1, 4].includes(bytes[0])) return null;
    const id = hex((await sha256(join(utf8.encode(parts[1] + '\n'), bytes))).slice(0, 4));
    return id === parts[2] ? { text, name: parts[1], id, kind: bytes[0], key: bytes.slice(1) } : null;
  };

  // The text ends at the last empty line; after it stand signature lines only.
  const parseNote = text => {
    const split = text.lastIndexOf('\n\n');
    if (split < 0 || !text.endsWith('\n') || split + 2 === text.length || /[\u0000-\u0009\u000b-\u001f\ufffd]/.test(text)) return null;
    const signatures = text.slice(split + 2, -1).split('\n').map(line => {
      const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
      const bytes = parts && decode(parts[2]);
      return bytes && isName(parts[1]) && bytes.length > 4 ? { name: parts[1], id: hex(bytes.slice(0, 4)), value: bytes.slice(4) } : null;
    });
    return signatures.length > 100 || signatures.includes(null) ? null : { text: text.slice(0, split + 1), signatures };
  };

  const verifies = async (key, message, signature) =>
    crypto.subtle.verify('Ed25519', await crypto.subtle.importKey('raw', key.key, 'Ed25519', false, ['verify']), signature, utf8.encode(message));

  // Who of the known keys signed; null if one is named with a wrong signature, or none signed.
  const signedBy = async (note, all) => {
    // A key that is named twice is one key.
    const known = all.filter((key, i) => all.findIndex(other => other.text === key.text) === i);
    const signers = [];
    for (const { name, id, value } of note.signatures) {
      const named = known.filter(key => key.name === name && key.id === id);
      if (named.length > 1) return null;
      const key = named[0];
      if (!key || signers.includes(key)) continue;
      const timed = key.kind === 4;
      if (value.length !== 64 + (timed ? 8 : 0)) return null;
      const seconds = timed ? new DataView(value.buffer, value.byteOffset).getBigUint64(0) : 0;
      if (!await verifies(key, timed ? `cosignature/v1\ntime ${seconds}\n${note.text}` : note.text, value.slice(timed ? 8 : 0))) return null;
      signers.push(key);
    }
    return signers.length > 0 ? signers : null;
  };

  const parseCheckpoint = body => {
    const lines = body.split('\n');
    const root = lines.length === 4 && decode(lines[2]);
    return root && lines[0] && lines[3] === '' && number(lines[1]) !== null && root.length === hashSize ? { origin: lines[0], size: number(lines[1]), root } : null;
  };

  const parseProof = text => {
    const split = text.indexOf('\n\n');
    const lines = split < 0 ? [] : text.slice(0, split).split('\n');
    if (lines.shift() !== 'c2sp.org/tlog-proof@v1' || split + 2 === text.length) return null;
    if (lines[0]?.startsWith('extra ') && decode(lines.shift().slice(6)) === null) return null;
    const index = lines[0]?.startsWith('index ') ? number(lines.shift().slice(6)) : null;
    const hashes = lines.map(decode);
    return index === null || hashes.length > longestProof || hashes.some(hash => hash?.length !== hashSize) ? null : { index, hashes, checkpoint: text.slice(split + 2) };
  };

  const parseEntry = text => {
    const lines = text.split('\n');
    const after = (line, label) => line?.startsWith(label) ? line.slice(label.length) : null;
    const [seq, batch, subject, count] = [after(lines[1], 'seq '), after(lines[2], 'batch '), after(lines[3], 'subject '), after(lines[4], 'fields ')];
    const digests = lines.slice(5, -1);
    const ordered = digests.map(decode);
    const sound = utf8.encode(text).length <= longestEntry && lines[0] === 'sdreg-event/v1' && lines.at(-1) === '' && number(seq ?? '') !== null
      && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(batch ?? '') && decode(subject ?? '')?.length === hashSize
      && number(count ?? '') === BigInt(digests.length) && digests.length > 0 && digests.length % padding === 0
      && ordered.every((digest, i) => digest?.length === hashSize && (i === 0 || hex(ordered[i - 1]) < hex(digest)));
    return sound ? { sequence: number(seq), batch, digests: new Set(digests) } : null;
  };

  const equal = (a, b) => a === b || a && b && typeof a === 'object' && typeof b === 'object' && Array.isArray(a) === Array.isArray(b)
    && Object.keys(a).length === Object.keys(b).length && Object.keys(a).every(key => key in b && equal(a[key], b[key]));

  // Whether the opening is among these digests and says this name and value.
  const opens = async (field, digests) => {
    if (typeof field?.opening !== 'string' || !digests.has(encode(await sha256(utf8.encode(field.opening))))) return false;
    const bytes = decodeUrl(field.opening);
    try {
      const [salt, name, value] = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      return decodeUrl(salt)?.length === hashSize && name === field.name && equal(value, field.value);
    } catch { return false; }
  };

  const checkFields = async (fields, digests) => {
    const wrong = [];
    for (const field of fields) if (!await opens(field, digests)) wrong.push({ word: 'fields', holds: false, name: field?.name });
    return wrong.length > 0 ? wrong : [{ word: 'fields', holds: true, count: fields.length }];
  };

  // One leaf with what was opened of it and its proof: a list of findings, each with a word and whether it holds (null: cannot be said yet).
  const checkLeaf = async ({ origin, leaf, entry: text, fields, proof }, keys) => {
    const entry = typeof text === 'string' ? parseEntry(text) : null;
    if (!entry || !Number.isSafeInteger(leaf) || entry.sequence !== BigInt(leaf) || !Array.isArray(fields)) return [{ word: 'leaf', holds: false }];
    const findings = await checkFields(fields, entry.digests);
    if (!proof) return [...findings, { word: 'waiting', holds: null }];
    const parsed = parseProof(proof);
    const note = parsed && parseNote(parsed.checkpoint);
    const checkpoint = note && parseCheckpoint(note.text);
    if (!checkpoint || checkpoint.origin !== origin) return [...findings, { word: 'proof', holds: false }];
    let signers;
    try {
      // A key that was retired counts up to the size that it was retired at.
      signers = await signedBy(note, keys.filter(key => key.until === undefined || checkpoint.size <= key.until));
    } catch {
      return [...findings, { word: 'unsupported', holds: null }];
    }
    if (!signers?.some(key => key.name === origin)) return [...findings, { word: 'signature', holds: false }];
    findings.push({ word: 'signature', holds: true, origin });
    const included = parsed.index === BigInt(leaf) && await isIncluded(leaf, checkpoint.size, await leafHash(utf8.encode(text)), parsed.hashes, checkpoint.root);
    return [...findings, { word: 'included', holds: included, leaf, size: checkpoint.size }];
  };

  // Keys, one a line; a retired one after the size up to which it counts.
  const keysOf = async lines => (await Promise.all(lines.map(async line => {
    const [size, text] = line.includes(' ') ? line.split(' ') : [null, line];
    const key = await parseKey(text);
    return size === null || !key ? key : number(size) === null ? null : { ...key, until: number(size) };
  }))).filter(key => key);

  // A receipt by itself. The published keys are what it is held against where they can be read, else those that it names.
  const checkReceipt = async (receipt, published, retired = []) => {
    if (receipt?.format !== 'sdreg-receipt/v1' || typeof receipt.origin !== 'string') return [{ word: 'format', holds: false }];
    const named = Array.isArray(receipt.keys) ? receipt.keys.filter(key => typeof key === 'string') : [];
    const keys = await keysOf(published?.length ? [...published, ...retired] : named);
    const trust = published?.length ? { word: 'trust', holds: named.some(name => keys.some(key => key.text === name)) } : { word: 'trust', holds: null };
    const names = Array.isArray(receipt.fields) ? receipt.fields.map(field => field?.name) : [];
    if (!names.includes('kind') || !names.some(name => String(name).startsWith('data.'))) return [trust, { word: 'fields', holds: false }];
    if (receipt.leaf === null && receipt.entry === null) {
      // The log has not taken it in: what it will commit to stands in the receipt.
      const digests = Array.isArray(receipt.digests) ? receipt.digests : [];
      return [trust, ...await checkFields(receipt.fields, new Set(digests)), { word: 'waiting', holds: null }];
    }
    return [trust, ...await checkLeaf(receipt, keys)];
  };

  // What a page must show of the facts that it rests on; what a longer list spreads over several pages is left to the program.
  const shownFields = {
    'application-recognised': ['data.Number', 'data.Entry.ClusterName', 'data.Entry.OrganisationName'], 'cluster-renamed': ['data.To'], 'operator-changed': ['data.ToName'],
    'objection-concluded': ['data.PublicReason'], 'publicity-opened': ['data.PublicTitle'], 'announcement-issued': ['data.Number', 'data.PublicTitle'],
    'finding-confirmed': ['data.OrganisationName', 'data.PublicWhatWasFalse'], 'ruling-recorded': ['data.Number'],
  };
  const isOnPage = (page, kind) => page.startsWith('cluster/') || !['application-recognised', 'objection-concluded'].includes(kind);
  const plain = text => text.replace(/\s+/g, '');

  // What a reader sees in the page's own part; its title, its frame and programs say nothing.
  const seen = html => {
    const main = new DOMParser().parseFromString(html, 'text/html').querySelector('main');
    main?.querySelectorAll('script, style').forEach(unseen => unseen.remove());
    return plain(main?.textContent ?? '');
  };

  // Every fact that a page rests on, and whether the page says in both languages what was opened of it.
  const checkPage = async (page, read, readPage) => {
    const index = JSON.parse(await read('disclosures/index.json'));
    const retired = await read('retired').catch(() => '');
    const keys = await keysOf(`${await read('key')}\n${retired}`.split('\n').filter(line => line));
    const facts = index.disclosures.filter(row => row.pages.includes(page));
    const editions = facts.length > 0 ? await Promise.all([page, `en/${page}`].map(async edition => seen(await readPage(edition)))) : [];
    const findings = [];
    for (const { leaf, kind } of facts) {
      const disclosure = JSON.parse(await read(`disclosures/${leaf}.json`));
      const proof = await read(`disclosures/${leaf}.tlog-proof`).catch(() => null);
      const own = disclosure.leaf === leaf && disclosure.fields.some(field => field.name === 'kind' && field.value === kind);
      findings.push({ word: 'fact', holds: own ? null : false, leaf, kind }, ...await checkLeaf({ ...disclosure, origin: index.origin, proof }, keys));
      for (const field of disclosure.fields)
        if (isOnPage(page, kind) && shownFields[kind]?.includes(field.name) && !editions.every(text => text.includes(plain(String(field.value))))) findings.push({ word: 'shown', holds: false, name: field.value });
    }
    return findings.length > 0 ? findings : [{ word: 'nothing', holds: null }];
  };

  // What all findings together come to: nothing is sound because nothing was wrong with it.
  const outcomeOf = findings => findings.some(f => f.holds === false) ? 'broken'
    : findings.some(f => f.holds === null && ['waiting', 'unsupported', 'trust'].includes(f.word)) ? 'unproved'
    : findings.some(f => f.word === 'included') ? 'sound' : 'nothing';

  return { sha256, leafHash, nodeHash, isIncluded, hasGrown, parseKey, parseNote, signedBy, parseCheckpoint, parseProof, parseEntry, opens, checkLeaf, checkReceipt, checkPage, outcomeOf, decode, encode };
})();

const verifier = document.querySelector('#verifier');
if (verifier) {
  const words = JSON.parse(verifier.dataset.words);
  const list = verifier.querySelector('.findings');
  const outcome = verifier.querySelector('[role=status]');
  const get = async (base, path) => {
    const answer = await fetch(base + path, { credentials: 'omit', cache: 'no-cache' });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  };
  const read = path => get(verifier.dataset.log, path);
  const readPage = path => get(verifier.dataset.root || './', path);
  const lines = path => read(path).then(text => text.split('\n').filter(line => line));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const show = async work => {
    list.replaceChildren();
    outcome.textContent = words.working;
    let findings;
    try {
      findings = await work();
    } catch (error) {
      findings = [{ word: 'unreadable', holds: false, name: error.message }];
    }
    for (const finding of findings) {
      const item = document.createElement('li');
      item.className = finding.holds === null ? 'open' : finding.holds ? 'holds' : 'broken';
      item.textContent = (finding.holds === null ? '' : words[finding.holds ? 'yes' : 'no']) + fill(words[finding.word] ?? finding.word, finding);
      list.append(item);
    }
    outcome.textContent = words[globalThis.logVerifier.outcomeOf(findings)];
  };
  verifier.hidden = false;
  verifier.querySelector('[type=file]').addEventListener('change', event => {
    const file = event.target.files[0];
    if (file) show(async () => {
      const [published, retired] = await Promise.all([lines('key').catch(() => null), lines('retired').catch(() => [])]);
      return globalThis.logVerifier.checkReceipt(JSON.parse(await file.text()), published, retired);
    });
  });
  verifier.querySelector('form').addEventListener('submit', event => {
    event.preventDefault();
    const typed = new FormData(event.target).get('page').trim();
    // An address as it stands in the browser, or below the site's root; the English page rests on the same facts.
    const root = new URL(verifier.dataset.root || './', location.href).href;
    const page = new URL(typed, root).href.replace(root, '').replace(/^en\//, '').replace(/[?#].*$/, '');
    show(() => globalThis.logVerifier.checkPage(page, read, readPage));
  });
  const asked = new URLSearchParams(location.search).get('page');
  if (asked) {
    verifier.querySelector('[name=page]').value = asked;
    verifier.querySelector('form').requestSubmit();
  }
}
