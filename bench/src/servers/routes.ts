/** User names of one length, so that every answer has the same. */
export function nameOf(index: number): string {
  return `person-${String(index).padStart(6, '0')}`;
}

/** What the small route answers, guarded or not. */
export interface Greeting {
  name: string;
  message: string;
}

export function greeting(name: string): Greeting {
  return { name, message: 'It is a small route, as most are.' };
}
