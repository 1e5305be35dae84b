export interface Section {
  title: string;
  notes: string[];
  columns: string[];
  /** What was measured in rounds is their median, with the least and the most. */
  rows: (string | number)[][];
}
