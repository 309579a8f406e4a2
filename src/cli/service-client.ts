import { UsageError } from './command.js';

/** A running service, for the commands that control it. */
export interface ServiceClient {
  /** @throws ServiceAnswerError if the service can't be reached, or refuses */
  call(path: string, init?: { method?: string; body?: string | Uint8Array; type?: string }): Promise<Response>;
  json(path: string): Promise<unknown>;
  /** Parameters as FHIR has them; the answer where the job is done. */
  job(path: string, parameters: readonly (readonly [string, string | boolean])[]): Promise<unknown>;
}

/** The service refused or did not answer; one line. */
export class ServiceAnswerError extends Error {
  override readonly name = 'ServiceAnswerError';

  constructor(
    readonly status: number | undefined,
    message: string,
    /** Seconds to wait, if the service asks for a pause. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

const DEFAULT = 'http://127.0.0.1:8080';

export const toHelp = `--to URL is the service (${DEFAULT}); CAIRN_KEY in the environment is the key for it. Where the key may act
for any tenant (cairn/tenants), --tenant NAME says for which.`;

/** What every command takes that asks a service. */
export const serviceOptions = { to: { type: 'string' }, tenant: { type: 'string' } } as const;

export function serviceAt(
  { to, tenant }: { readonly to?: string | undefined; readonly tenant?: string | undefined },
  key = process.env.CAIRN_KEY,
): ServiceClient {
  const base = (to ?? DEFAULT).replace(/\/$/, '');
  if (!/^https?:\/\//.test(base)) throw new UsageError('--to must be an http or https address');
  if (tenant !== undefined && !/^[A-Za-z0-9_][\w.-]{0,63}$/.test(tenant))
    throw new UsageError('--tenant must be the name of a tenant: 1 to 64 letters, digits, dots, dashes or underscores');
  const call: ServiceClient['call'] = async (path, { method = 'GET', body, type } = {}) => {
    let response: Response;
    try {
      response = await fetch(new URL(path, `${base}/`), {
        method,
        headers: {
          ...(type === undefined ? {} : { 'Content-Type': type }),
          ...(key === undefined || key === '' ? {} : { 'X-API-Key': key }),
          ...(tenant === undefined ? {} : { 'Cairn-Tenant': tenant }),
        },
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new ServiceAnswerError(
        undefined,
        `no service answers at ${base}: start it (cairn serve --store DIR), or name it with --to`,
      );
    }
    if (response.ok) return response;
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    const text = textIn(await response.text());
    throw new ServiceAnswerError(
      response.status,
      `${base} answers ${response.status}${text === '' ? '' : `: ${text}`}`,
      Number.isNaN(seconds) ? undefined : seconds,
    );
  };
  return {
    call,
    json: async (path) => (await call(path)).json(),
    async job(path, parameters) {
      const parameter = parameters.map(([name, value]) =>
        typeof value === 'string' ? { name, valueString: value } : { name, valueBoolean: value },
      );
      const body = JSON.stringify({ resourceType: 'Parameters', parameter });
      const begun = await call(path, { method: 'POST', body, type: 'application/fhir+json' });
      const place = new URL(begun.headers.get('content-location') ?? '', base).pathname;
      for (;;) {
        const answer = await call(place);
        if (answer.status !== 202) return await answer.json();
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
  };
}

function textIn(body: string): string {
  try {
    const { issue } = JSON.parse(body) as { issue?: { details?: { text?: string } }[] };
    return issue?.map(({ details }) => details?.text ?? '').join('; ') ?? '';
  } catch {
    return '';
  }
}
