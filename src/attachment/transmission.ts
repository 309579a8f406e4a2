import type { Provenance } from 'fhir/r4.js';
import { fullUrlOf } from '../bundle/address.js';
import type { Held } from './hold.js';
import type { Submission } from './submission.js';

const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

/**
 * Who has sent the attachments: the organization and the provider that the submission names. Only the receiver knows
 * when.
 */
export function transmission(
  { organizationId, providerId }: Submission,
  held: readonly Held[],
  id: string,
): Provenance {
  const who = providerId ?? organizationId!;
  return {
    resourceType: 'Provenance',
    id,
    target: held.map(({ stands }) => ({ reference: fullUrlOf(stands) })),
    ...({ _recorded: UNKNOWN } as unknown as { recorded: string }),
    agent: [
      {
        type: {
          coding: [
            {
              system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type',
              code: 'transmitter',
              display: 'Transmitter',
            },
          ],
        },
        who: { identifier: who },
        ...(organizationId === undefined || who === organizationId
          ? {}
          : { onBehalfOf: { identifier: organizationId } }),
      },
    ],
  };
}
