/** The page's requests to the service. A browser's EventSource sends no key, so the events are read with fetch. */
/** @param tenant the tenant to act for; undefined for the tenant of the key */
export function createClient(key, tenant) {
  const headers = () => ({
    ...(key() === '' ? {} : { 'X-API-Key': key() }),
    ...(tenant() === undefined ? {} : { 'Cairn-Tenant': tenant() }),
  });

  async function call(path, options = {}) {
    const response = await fetch(path, { ...options, headers: { ...headers(), ...options.headers } });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  return {
    call,
    json: async (path, options) => (await call(path, options)).json(),
    post: (path, body, type = 'application/fhir+json') =>
      call(path, { method: 'POST', ...(body === undefined ? {} : { body, headers: { 'Content-Type': type } }) }),
    /** Each state of the store, as it changes. */
    async *live(signal) {
      const response = await call('/operations/events', { headers: { Accept: 'text/event-stream' }, signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        text += value;
        const events = text.split('\n\n');
        text = events.pop();
        for (const event of events) {
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (data !== undefined) yield JSON.parse(data);
        }
      }
    },
  };
}

async function errorOf(response) {
  const text = await response.text();
  let said;
  try {
    said = JSON.parse(text).issue?.[0]?.details?.text;
  } catch {
    // The answer is not an OperationOutcome.
  }
  return Object.assign(new Error(said ?? `The service answered ${response.status}.`), { status: response.status });
}
