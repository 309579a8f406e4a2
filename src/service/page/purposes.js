/** Purposes: choose one and its dates; the answer shows what was found, not accepted, and missing. */
import { element } from './element.js';
import { section } from './section.js';
import { openSource } from './source-dialog.js';
import { scrollingTable } from './table.js';

/** Sources of statements: the service's code -> the text for people. */
const SOURCES = {
  'of-record': 'provider of record',
  custodial: 'writer of the document',
  carried: 'another organization',
  assembled: 'compiled by an exchange',
  unknown: 'no author named',
};

export function purposeSection(context) {
  const answer = element('div', { class: 'purpose-answer' });
  const form = element('form', { class: 'purpose-form', 'aria-label': 'Use a purpose' });
  const part = section(
    'purposes',
    'Purposes',
    undefined,
    element(
      'p',
      { class: 'note' },
      'Questions that payers have about a document. Answers are evidence: no score, no rate, no decision.',
    ),
    form,
    answer,
  );
  void fill(form, answer, context);
  return part;
}

/** Fetches the purposes from the service. If the service needs a key, a button tries again. */
async function fill(form, answer, context) {
  let purposes;
  try {
    purposes = await context.ask();
  } catch (error) {
    form.replaceChildren(
      element('p', { class: 'note' }, error.message),
      element('button', { type: 'button', onclick: () => void fill(form, answer, context) }, 'Try again'),
    );
    return;
  }
  const choice = element(
    'select',
    { id: 'purpose', name: 'purpose' },
    purposes.map(({ id, title }) => element('option', { value: id }, title)),
  );
  const fields = element('div', { class: 'fields' });
  const chosen = () => purposes.find(({ id }) => id === choice.value);
  const show = () => fields.replaceChildren(...Object.entries(chosen().parameters).map(parameterField));
  choice.addEventListener('change', show);
  show();
  form.replaceChildren(
    element('div', { class: 'field' }, element('label', { for: 'purpose' }, 'Purpose'), choice),
    fields,
    element('button', { type: 'submit', class: 'main' }, 'Ask'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([name, value]) => name !== 'purpose' && value !== '');
    void tell(chosen(), Object.fromEntries(given), answer, context);
  });
}

function parameterField([name, { type, required, default: usual }]) {
  const input = element('input', {
    name,
    id: `purpose-${name}`,
    type: type === 'date' ? 'date' : 'text',
    required,
    autocomplete: 'off',
    placeholder: usual,
  });
  return element('label', { for: `purpose-${name}` }, required ? name : `${name} (optional)`, input);
}

async function tell(purpose, parameters, root, context) {
  const told = element('p', { class: 'note', role: 'status' }, 'Asking …');
  root.replaceChildren(told);
  try {
    const { parameter } = await context.ask(purpose.id, parameters);
    const count = (name) => parameter.filter((one) => one.name === name).length;
    told.textContent = `${count('found')} found, ${count('notAccepted')} not accepted, ${count('missing')} missing.`;
    root.append(...answerParts(parameter, { ...context, text: await context.source() }));
  } catch (error) {
    told.className = 'status error';
    told.textContent = error.message;
  }
}

function answerParts(parameters, context) {
  const named = (name) => parameters.filter((one) => one.name === name);
  const found = named('found').map(factOf);
  const turned = named('notAccepted').map(factOf);
  const missing = named('missing').map(({ resource }) => missingOf(resource));
  const findings = named('finding').map(({ part }) => valuesOf(part));
  const fact = ['Item', ({ item }) => item];
  return [
    findings.length === 0 ? '' : findingList(findings),
    table('Found', found, [fact, ['Fact', factText], ['When', whenText], ['Whose statement', whoseText]], context),
    table('Not accepted', turned, [fact, ['Fact', factText], ['When', whenText], ['Why', whyText]], context),
    table('Missing', missing, [
      fact,
      ['Why', ({ reason }) => words(reason)],
      ['Nearest facts', ({ near }) => near.map((text) => element('div', {}, text))],
    ]),
  ];
}

const words = (code = '') => code.replaceAll('-', ' ');
const factText = ({ name, values, category }) =>
  [name, values.join(', '), category]
    .filter(Boolean)
    .map((text, index) => (index === 0 ? text : element('small', { class: 'codes' }, text)));
/** `2024-03-04T08:10:00-05:00`, `2023-01-10T…/2023-01-17T…` */
const whenText = ({ when = '' }) =>
  when
    .split('/')
    .map((one) => one.slice(0, 16).replace('T', ' '))
    .filter(Boolean)
    .join(' to ');
const whoseText = ({ source, organization }) => [SOURCES[source] ?? source, organization].filter(Boolean).join(', ');
const whyText = (fact) => [words(fact.reason), fact.source && whoseText(fact)].filter(Boolean).join(': ');

function findingList(findings) {
  return element(
    'dl',
    { class: 'findings' },
    findings.map(({ name, value }) =>
      element(
        'div',
        {},
        element('dt', {}, words(name)),
        element('dd', {}, value === true ? 'yes' : words(String(value))),
      ),
    ),
  );
}

function table(title, rows, columns, context) {
  const heading = element('h4', {}, title, ' ', element('span', { class: 'count' }, rows.length));
  if (rows.length === 0) return element('div', {}, heading, element('p', { class: 'note' }, 'Nothing.'));
  const heads = [...columns.map(([name]) => name), ...(context ? ['Source'] : [])];
  return element(
    'div',
    {},
    heading,
    scrollingTable(
      title,
      heads,
      element(
        'tbody',
        {},
        rows.map((row) => tableRow(row, columns, context)),
      ),
    ),
  );
}

function tableRow(row, columns, context) {
  const cells = columns.map(([name, text], index) => {
    const shown = text(row);
    if (index === 0) return element('th', { 'data-label': name, scope: 'row' }, shown);
    return element('td', { 'data-label': name, class: shown.length === 0 ? 'empty' : undefined }, shown);
  });
  return element('tr', {}, cells, context && element('td', { 'data-label': 'Source' }, sourceButton(row, context)));
}

function sourceButton({ name, place }, { composition, text }) {
  if (place === undefined) return 'no single line';
  return element(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-label': `Line ${place.line} of the document, with ${name}`,
      onclick: () => openSource({ title: name, place, composition, text }),
    },
    `line ${place.line}`,
  );
}

function valuesOf(part) {
  return Object.fromEntries(part.map((one) => [one.name, valueOf(one)]));
}

function valueOf(one) {
  const [key] = Object.keys(one).filter((name) => name.startsWith('value'));
  return one[key];
}

function factOf({ part }) {
  const { item, resource, when, source, organization, reason, grade } = valuesOf(part);
  const all = (name) => part.filter((one) => one.name === name);
  const values = all('value').map((one) => shown(valueOf(one)));
  const categories = all('category').map((one) => one.part.find(({ name }) => name === 'coding').valueCoding);
  const category = categories.map(({ code, display }) => `category ${code}${display ? `, ${display}` : ''}`).join('; ');
  return {
    item,
    name: resource.display ?? resource.reference,
    when,
    source,
    organization,
    reason,
    values,
    category: [category, grade && `grade: ${words(grade)}`].filter(Boolean).join('; '),
    place: placeOf(all('place').map((one) => valuesOf(one.part))),
  };
}

function shown(value) {
  if (typeof value !== 'object') return String(value);
  const { comparator = '', unit, text, coding } = value;
  return value.value === undefined
    ? (text ?? coding?.[0]?.display ?? '')
    : `${comparator}${value.value} ${unit ?? ''}`.trim();
}

/** The place of the value, else of the code, else of the first element; and the entry's reference to its narrative. */
function placeOf(places) {
  const best =
    places.find(({ element: path }) => /^value\w*(\.|$)/.test(path)) ??
    places.find(({ element: path }) => /^(\w*[cC]ode|medicationCodeableConcept|type|class)\b.*\.code$/.test(path)) ??
    places.find(({ element: path }) => !/^(text|identifier|meta)\b/.test(path)) ??
    places[0];
  if (best === undefined) return undefined;
  return {
    ...best,
    reference: places.find(({ element: path, source }) => path === 'text.div' && source.endsWith('/@value')),
  };
}

function missingOf({ moduleUri, reasonCode, contained = [] }) {
  return {
    item: moduleUri.slice(moduleUri.indexOf('#') + 1),
    reason: reasonCode[0].text,
    near: contained.flatMap(({ issue }) =>
      issue.map(({ details }) => details.text.replace(/^[A-Z]\w+\/[\w.-]+: /, '')),
    ),
  };
}
