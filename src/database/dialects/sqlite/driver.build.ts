/** What decides on which releases of Node a driver for SQLite works. */
export interface DriverBuild {
  /** `better-sqlite3`, or a package that was made of it. */
  name: string;
  version: string;
  /** Whether Node is asked to forget each of its objects when that is freed. */
  hasCleanupHooks: boolean;
}

/**
 * What is wrong with a driver on a release of Node.
 *
 * @param node for instance `24.21.0`
 */
export function complaintAbout({ name, version, hasCleanupHooks }: DriverBuild, node: string): string | null {
  const remedy =
    'Install the one for this Node: `npm pkg set overrides.typeorm.better-sqlite3="12 || 13"` and ' +
    '`npm install "better-sqlite3@12 || 13"`. See docs/database.md, "SQLite and releases of Node".';
  if (name === 'better-sqlite3' && numbersOf(version)[0] >= 13 && numbersOf(node)[0] < 22) {
    return `${name} ${version} needs Node 22, and would end this process (Node ${node}) with a segmentation fault. ${remedy}`;
  }
  if (!hasCleanupHooks || !mayAbort(node)) return null;
  return (
    `${name} ${version}, as it was compiled, would abort this process (Node ${node}) when garbage is collected while it is ` +
    `idle: "Assertion failed: (env) != nullptr". ${remedy}`
  );
}

/**
 * Whether a release of Node aborts when garbage that has such hooks is collected while it is idle. They come from the headers
 * that a driver is compiled with: since 24.19, and since 26.4, which takes it. With older headers there are none.
 *
 * @param node for instance `24.21.0`
 */
export function mayAbort(node: string): boolean {
  const [major, minor] = numbersOf(node);
  return major >= 24 && (major < 26 || (major === 26 && minor < 4));
}

function numbersOf(version: string): [major: number, minor: number] {
  const [major, minor] = version.split('.').map(Number);
  return [major ?? Number.NaN, minor ?? Number.NaN];
}
