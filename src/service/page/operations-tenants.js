import { element } from './element.js';

/** The entry for all tenants in the list. No name of a tenant begins like this. */
const ALL = '*';

/**
 * The choice of a tenant, for a key that may act for several: one of them, or all. `name` is undefined for all.
 *
 * @param changed called when another is chosen
 */
export function createTenants(form, select, changed) {
  let isShown = false;
  select.addEventListener('change', () => changed());
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    /** Whether the numbers are those of several tenants. Then no documents can be listed. */
    get isOfAll() {
      return isShown && select.value === ALL;
    },
    get name() {
      return isShown && select.value !== ALL ? select.value : undefined;
    },
    /** Fetches the tenants that this key may act for. With only one, there is nothing to choose. */
    async ask(client) {
      const { isOfAll, tenants } = await client.json('/tenants');
      const before = isShown ? select.value : ALL;
      isShown = isOfAll && tenants.some((name) => name !== '');
      form.hidden = !isShown;
      select.replaceChildren(
        element('option', { value: ALL }, 'all tenants'),
        ...tenants.map((name) => element('option', { value: name }, name === '' ? 'without a tenant' : name)),
      );
      if ([...select.options].some(({ value }) => value === before)) select.value = before;
    },
  };
}
