/** The one of some names that somebody probably meant; `undefined` when none is near. */
export function nearest<Name extends string>(name: string, names: readonly Name[]): Name | undefined {
  const given = spelling(name);
  const most = Math.ceil(given.length / 4);
  const [first] = names
    .map((one) => ({ one, edits: editsBetween(given, spelling(one)) }))
    .filter(({ edits }) => edits <= most)
    .toSorted((one, other) => one.edits - other.edits);
  return first?.one;
}

/** `cookie_name` and `cookiename` are `cookieName`. */
export function spelling(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/** How often a character comes, goes or becomes another, or two change places (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  const cells: number[] = [];
  const edits = (i: number, j: number): number =>
    i < 0 || j < 0 ? Infinity : (cells[i * (other.length + 1) + j] ?? 0);
  for (let i = 0; i <= one.length; i++) {
    for (let j = 0; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const replaced = edits(i - 1, j - 1) + (isSame ? 0 : 1);
      const swapped = isSwapped ? edits(i - 2, j - 2) + 1 : Infinity;
      cells.push(i + j === 0 ? 0 : Math.min(edits(i - 1, j) + 1, edits(i, j - 1) + 1, replaced, swapped));
    }
  }
  return edits(one.length, other.length);
}
