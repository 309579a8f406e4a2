import { element } from './element.js';
import { section } from './section.js';

export function issueSection(issues) {
  const real = issues.filter(
    ({ code, severity }) => !(code === 'informational' && severity === 'information' && issues.length === 1),
  );
  const alike = new Map();
  for (const issue of real) {
    const key = `${issue.severity} ${issue.details.text}`;
    alike.set(key, [...(alike.get(key) ?? []), issue]);
  }
  return section(
    'issues',
    'Issues of the document',
    real.length,
    real.length === 0
      ? element('p', { class: 'note' }, 'None was found.')
      : element('ul', { class: 'issues' }, [...alike.values()].map(issueItem)),
  );
}

/** The same problem at many places is one item with all of them. */
function issueItem(issues) {
  const [{ severity, details }] = issues;
  const places = issues
    .map(({ extension }) => extension?.find(({ url }) => url.endsWith('issue-line'))?.valueInteger)
    .filter(Boolean);
  const shown = places.slice(0, 12).join(', ');
  const more = places.length > 12 ? ` and ${places.length - 12} more` : '';
  return element(
    'li',
    { class: severity },
    element('span', {}, details.text),
    places.length === 0 ? undefined : element('small', {}, `${places.length === 1 ? 'line' : 'lines'} ${shown}${more}`),
  );
}
