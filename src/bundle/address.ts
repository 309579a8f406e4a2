/** The names of resources in a Bundle, which References use. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isFhirUuid(id: string | undefined): boolean {
  return id !== undefined && UUID.test(id);
}

/**
 * The address of a resource: `urn:uuid:…` where its id is a UUID, as ours are, else type and id below `base`.
 *
 *   fullUrlOf({ resourceType: 'Patient', id: '39485ec7-e4f3-55d3-8c7d-48c311de6023' }) // 'urn:uuid:39485ec7-…'
 *   fullUrlOf({ resourceType: 'Patient', id: 'a' }) // 'Patient/a'
 */
export function fullUrlOf(
  { resourceType, id = '' }: { readonly resourceType: string; readonly id?: string | undefined },
  base?: string,
): string {
  if (isFhirUuid(id)) return `urn:uuid:${id}`;
  return base === undefined ? `${resourceType}/${id}` : `${base}/${resourceType}/${id}`;
}

/** `Condition/…`: what records, issues and messages call a resource. */
export function resourceKey({
  resourceType,
  id = '',
}: {
  readonly resourceType: string;
  readonly id?: string | undefined;
}): string {
  return `${resourceType}/${id}`;
}
