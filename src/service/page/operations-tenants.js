import { element } from './element.js';

/** What the list of tenants has for all of them: no name of a tenant begins so. */
const ALL = '*';

/**
 * For whom the page asks, where somebody may act for several: all of them, or one. `name` is undefined for all.
 *
 * @param changed called when another is chosen
 */
export function createTenants(form, select, changed) {
  let isShown = false;
  select.addEventListener('change', () => changed());
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    /** Whether the numbers are those of several tenants: then nobody's documents can be listed. */
    get isOfAll() {
      return isShown && select.value === ALL;
    },
    get name() {
      return isShown && select.value !== ALL ? select.value : undefined;
    },
    /** Asks for whom this key may act; there is nothing to choose where that is one alone. */
    async ask(client) {
      const { isOfAll, tenants } = await client.json('/tenants');
      const before = isShown ? select.value : ALL;
      isShown = isOfAll && tenants.some((name) => name !== '');
      form.hidden = !isShown;
      select.replaceChildren(
        element('option', { value: ALL }, 'all of them'),
        ...tenants.map((name) => element('option', { value: name }, name === '' ? 'without a tenant' : name)),
      );
      if ([...select.options].some(({ value }) => value === before)) select.value = before;
    },
  };
}
