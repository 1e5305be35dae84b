// As much of `@angular-devkit/schematics` as is needed. It runs schematics, and no application should have it because of
// this package.

/** The files of the application, changed when the schematic has ended well. */
export interface Tree {
  exists(path: string): boolean;
  /** `null` = there is no such file. */
  read(path: string): Buffer | null;
  overwrite(path: string, content: string): void;
}

/** Where a schematic reports, and asks for what is done after it. */
export interface Context {
  logger: { info(message: string): void; warn(message: string): void };
  addTask(task: { toConfiguration(): { name: string; options: object } }): unknown;
}
