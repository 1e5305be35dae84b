/** The parts of an application's package.json that are read and written. */
interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  overrides?: Record<string, unknown>;
}

/** The driver for SQLite. One of its two versions fits each Node. */
const DRIVER = { name: 'better-sqlite3', range: '12 || 13' } as const;

/** The package.json of an application. */
export class ApplicationManifest {
  private readonly manifest: Manifest;
  private readonly indent: string;

  constructor(private readonly source: string) {
    this.manifest = JSON.parse(source);
    this.indent = /^\{\r?\n(\s+)"/.exec(source)?.[1] ?? '  ';
  }

  has(name: string): boolean {
    return name in this.all;
  }

  /** Adds the missing packages. @param peers peer dependencies of this package, with a version for each release of Nest */
  addPeers(peers: Readonly<Record<string, string>>, names: readonly string[]): void {
    for (const name of names) this.add(name, this.rangeFor(peers[name] ?? 'latest'));
  }

  /** Adds SQLite. TypeORM asks for version 12 alone. @param npm whether npm installs it */
  addDriver(npm: boolean): void {
    this.add(DRIVER.name, DRIVER.range);
    const { overrides = {} } = this.manifest;
    const { typeorm = {} } = overrides;
    if (!npm || typeof typeorm !== 'object') return;
    this.manifest.overrides = { ...overrides, typeorm: { [DRIVER.name]: DRIVER.range, ...typeorm } };
  }

  /** Returns the new text, in the original indentation. */
  toString(): string {
    return `${JSON.stringify(this.manifest, null, this.indent)}${/\r?\n$/.exec(this.source)?.[0] ?? ''}`;
  }

  private get all(): Record<string, string> {
    return { ...this.manifest.devDependencies, ...this.manifest.dependencies };
  }

  private add(name: string, range: string): void {
    if (this.has(name)) return;
    const dependencies = Object.entries({ ...this.manifest.dependencies, [name]: range });
    this.manifest.dependencies = Object.fromEntries(dependencies.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Returns the range of `^11.0.3 || ^12.0.0` that fits this application's Nest, else the newest. */
  private rangeFor(range: string): string {
    const nest = /\d+/.exec(this.all['@nestjs/core'] ?? '')?.[0];
    const ranges = range.split(' || ');
    return ranges.find((one) => one.startsWith(`^${nest}.`)) ?? ranges.at(-1) ?? range;
  }
}
