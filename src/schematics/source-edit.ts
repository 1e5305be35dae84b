/** Collects changes to a source file, by their positions in the original text. */
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
    // From the end to the beginning, so that earlier positions stay valid.
    return this.insertions
      .toReversed()
      .toSorted((one, other) => other.at - one.at)
      .reduce((text, { at, end, text: added }) => text.slice(0, at) + added + text.slice(end), this.source);
  }
}
