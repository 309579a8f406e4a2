/** The page: takes a document, sends it for conversion, and shows the result. */
import { element } from './element.js';
import { showResult } from './result.js';

const by = (id) => document.getElementById(id);
const [form, drop, file, status, result] = ['form', 'drop', 'file', 'status', 'result'].map(by);

/** Documents of this size and more come without their trace, which would be too large for a page. */
const TRACED = 10_000_000;

/** The document that is shown, for downloads in other formats. */
let current;

file.addEventListener('change', () => {
  if (file.files[0]) void convert(file.files[0]);
  file.value = '';
});
form.addEventListener('submit', (event) => event.preventDefault());
by('sample').addEventListener('click', () => void trySample());

for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
for (const name of ['dragleave', 'drop']) document.addEventListener(name, () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const dropped = event.dataTransfer?.files[0];
  if (dropped) void convert(dropped);
});

async function trySample() {
  const response = await fetch('/page/sample.xml').catch(() => undefined);
  if (response?.ok) await convert(new File([await response.blob()], 'sample.xml'));
  else fail('The sample is missing.');
}

async function convert(document) {
  result.replaceChildren();
  status.className = 'status busy';
  status.textContent = `Converting ${document.name} …`;
  const started = performance.now();
  let response;
  let text;
  try {
    response = await send(document, 'application/fhir+json', [
      'ledger',
      'issues',
      ...(document.size < TRACED ? ['trace'] : []),
    ]);
    text = await response.text();
  } catch {
    fail('The service could not be reached.');
    return;
  }
  const resource = parse(text);
  if (!response.ok) {
    fail(...errorLines(response, resource));
    return;
  }
  current = document;
  const seconds = (performance.now() - started) / 1000;
  status.className = 'status good';
  status.textContent = `${document.name} (${sizeText(document.size)}) was converted in ${seconds.toFixed(seconds < 1 ? 2 : 1)} s.`;
  showResult(result, { ...partsOf(resource), download, ask, source: () => sourceText(current) });
  result.focus({ preventScroll: true });
  result.scrollIntoView({ behavior: 'smooth', block: 'start' });
}

function send(document, accept, include = []) {
  const query = new URLSearchParams();
  const [timeZone, sender, key] = ['time-zone', 'sender', 'key'].map((id) => by(id).value.trim());
  if (timeZone) query.set('timeZone', timeZone);
  if (sender) query.set('sender', sender);
  if (include.length > 0) query.set('include', include.join(','));
  return fetch(`/convert?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/xml', Accept: accept, ...(key ? { 'X-API-Key': key } : {}) },
    body: document,
  });
}

/** Runs a purpose on the document that is shown. Without an id: lists the purposes. */
async function ask(id, parameters = {}) {
  const key = by('key').value.trim();
  const headers = { Accept: 'application/json', ...(key ? { 'X-API-Key': key } : {}) };
  const response =
    id === undefined
      ? await fetch('/purposes', { headers })
      : await fetch(`/purposes/${encodeURIComponent(id)}?${new URLSearchParams({ ...parameters, trace: 'true' })}`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/xml' },
          body: current,
        });
  const answer = parse(await response.text());
  if (!response.ok) throw new Error(errorLines(response, answer).join(' '));
  return answer;
}

/** The document as text, in the encoding that it names. */
async function sourceText(document) {
  const bytes = new Uint8Array(await document.arrayBuffer());
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /encoding\s*=\s*["']([\w.-]+)/.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(bytes[0] === 0xff || bytes[0] === 0xfe ? 'utf-16' : named).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Numbers keep their digits if the browser supports it: 5.0 is not 5 in a laboratory. */
function parse(text) {
  try {
    return JSON.parse(text, (_key, value, context) =>
      typeof value === 'number' && context?.source !== undefined && context.source !== String(value) && JSON.rawJSON
        ? JSON.rawJSON(context.source)
        : value,
    );
  } catch {
    return undefined;
  }
}

function partsOf({ parameter = [] }) {
  const part = (name) => parameter.find((each) => each.name === name);
  return {
    bundle: part('bundle').resource,
    ledger: part('ledger')?.part ?? [],
    trace: part('trace')?.part ?? [],
    issues: part('issues')?.resource.issue ?? [],
  };
}

function errorLines(response, outcome) {
  const lines = (outcome?.issue ?? []).map(({ details, diagnostics }) =>
    [details?.text, diagnostics && `(${diagnostics})`].filter(Boolean).join(' '),
  );
  if (response.status === 401) {
    by('key').closest('details').open = true;
    by('key').focus();
  }
  return lines.length > 0 ? lines : [`The service answered ${response.status}.`];
}

function fail(...lines) {
  status.className = 'status error';
  status.replaceChildren(
    element('strong', {}, 'This document was not converted.'),
    ...lines.map((line) => element('span', {}, line)),
  );
}

/** Downloads the same bytes that a program would get. */
async function download(accept, extension) {
  const response = await send(current, accept);
  if (!response.ok) {
    fail(...errorLines(response, parse(await response.text())));
    return;
  }
  const address = URL.createObjectURL(await response.blob());
  const name = current.name.replace(/\.[^.]*$/, '');
  element('a', { href: address, download: `${name}.${extension}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function sizeText(bytes) {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
