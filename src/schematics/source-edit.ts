/** Text that is put into a source file, before anything else there has moved. */
export class SourceEdit {
  private readonly insertions: { at: number; end: number; text: string }[] = [];

  constructor(private readonly source: string) {}

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  replace(at: number, end: number, text: string): void {
    this.insertions.push({ at, end, text });
  }

  toString(): string {
    // From the end of the file to its beginning: what is put to one place later comes after.
    return this.insertions
      .toReversed()
      .toSorted((one, other) => other.at - one.at)
      .reduce((text, { at, end, text: added }) => text.slice(0, at) + added + text.slice(end), this.source);
  }
}
