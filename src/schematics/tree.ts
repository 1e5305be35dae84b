// The types of `@angular-devkit/schematics` that are needed, so that applications need not install it for this package.

/** The files of the application. Changes are written if the schematic succeeds. */
export interface Tree {
  exists(path: string): boolean;
  /** Returns `null` if the file does not exist. */
  read(path: string): Buffer | null;
  overwrite(path: string, content: string): void;
}

/** Context of a schematic, for its log and for tasks after it. */
export interface Context {
  logger: { info(message: string): void; warn(message: string): void };
  addTask(task: { toConfiguration(): { name: string; options: object } }): unknown;
}
