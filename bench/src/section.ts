export interface Section {
  title: string;
  notes: string[];
  columns: string[];
  rows: (string | number)[][];
  data: unknown;
}
