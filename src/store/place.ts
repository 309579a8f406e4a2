/** `postgres://cairn@db.example.org/cairn`, or `postgresql://…`. Any other place is a folder. */
export const postgresScheme = /^postgres(?:ql)?:\/\//i;

export function isPostgres(place: string): boolean {
  return postgresScheme.test(place);
}
