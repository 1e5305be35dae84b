/** The facts that decide which releases of Node a SQLite driver works on. */
export interface DriverBuild {
  /** `better-sqlite3`, or a package derived from it. */
  name: string;
  version: string;
  /** Whether the binary removes a cleanup hook of Node when one of its objects is freed. */
  hasCleanupHooks: boolean;
}

/**
 * Returns what is wrong with a driver on a release of Node; `null` if nothing is.
 *
 * @param node for instance `24.21.0`
 */
export function driverBuildProblem(
  { name, version, hasCleanupHooks }: DriverBuild,
  node: string,
): string | null {
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
 * Whether a release of Node aborts when it collects, while idle, objects with such cleanup hooks. A driver has the hooks if
 * it was compiled with the headers of Node 24.19 or later, or of Node 26.4 or later. Node 26.4 and later support them.
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
