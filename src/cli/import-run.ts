import { AuthException } from '../errors/auth.exception.js';
import { InvalidFieldException } from '../input/input.exceptions.js';
import { columnText } from '../database/column-text.js';
import { checkInput, wireName } from '../input/check-input.js';
import type { ImportOutcome } from '../account/user-import.js';
import { type ImportOptions, ImportUserInput } from '../account/user.inputs.js';
import { withUserFields } from '../user/user-input.js';
import type { Application } from './application.js';
import { CliError, Exit } from './errors.js';
import type { Line, Lines } from './json-lines.js';
import type { Output } from './output.js';
import { Progress } from './progress.js';

/** Characters of what is said of a line, which may have as many unknown fields as fit into it. */
const MAX_MESSAGE = 500;

interface Refusal {
  line: number;
  code: string;
  message: string;
}

/** A line whose user was imported otherwise than it says. */
interface Change {
  line: number;
  /** The user name that was made of the one in the line. */
  username?: string;
  without: ImportOutcome['without'];
}

/** What is said of a line. */
interface Note {
  line: number;
  text: string;
}

/** The user in a line. */
interface Entry {
  line: number;
  user: ImportUserInput;
  /** Where it is not the one in the line. */
  username?: string;
}

const LACKS = {
  password: 'a password',
  email: 'the email address, which belongs to somebody else',
} as const satisfies Record<NonNullable<ImportOutcome['without']>[number], string>;

/** What is done with users who would be refused. */
interface Options extends ImportOptions {
  /** What takes the place of blanks in a user name; they are refused when absent. */
  blanks?: string | undefined;
}

/** What has become of the lines so far. */
export class ImportRun {
  private imported = 0;
  private skipped = 0;
  private readonly refused: Refusal[] = [];
  private readonly changed: Change[] = [];

  constructor(
    private readonly application: Application,
    private readonly output: Output,
    private readonly progress: Progress,
    private readonly options: Options,
  ) {}

  /** @throws CliError when a line was refused, or what has become of them cannot be printed */
  async run(file: AsyncIterable<Lines>): Promise<void> {
    try {
      for await (const lines of file) await this.take(lines);
    } finally {
      this.progress.clear();
    }
    await this.report();
  }

  private async take({ lines, bytes }: Lines): Promise<void> {
    const notes: Note[] = [];
    const entries = lines.flatMap((line) => this.entry(line, notes) ?? []);
    const { users, caller } = this.application;
    const { withoutPassword, withoutTakenEmail } = this.options;
    const outcomes = await users.importUsers(
      entries.map(({ user }) => user),
      caller,
      { withoutPassword, withoutTakenEmail },
    );
    for (const [index, entry] of entries.entries()) {
      const outcome = outcomes[index];
      if (outcome) this.count(entry, outcome, notes);
    }
    if (notes.length > 0) this.progress.clear();
    for (const { line, text } of notes.sort((one, other) => one.line - other.line))
      this.output.note(`line ${line}: ${text}`);
    this.progress.show(bytes, this.imported + this.skipped);
  }

  /** The user in a line; `null` when the line is refused. */
  private entry({ number, text }: Line, notes: Note[]): Entry | null {
    try {
      const value = valueOf(text);
      const username = this.withoutBlanks(value);
      const given = username === undefined ? value : { ...Object(value), username };
      return {
        line: number,
        user: checkInput(withUserFields(ImportUserInput, this.application.userEntity), given, wireName),
        ...(username && { username }),
      };
    } catch (error) {
      if (!(error instanceof AuthException)) throw error;
      this.refuse(number, error, notes);
      return null;
    }
  }

  /** The user name with other characters for its blanks; `undefined` when it can stay as it is. */
  private withoutBlanks(value: unknown): string | undefined {
    const { blanks } = this.options;
    const username: unknown = Object(value).username;
    if (blanks === undefined || typeof username !== 'string' || !/\s/u.test(username)) return undefined;
    return username.trim().replaceAll(/\s+/gu, () => blanks);
  }

  private count(
    { line, username }: Entry,
    { status, error, without = [] }: ImportOutcome,
    notes: Note[],
  ): void {
    if (error) return this.refuse(line, error, notes);
    if (status === 'skipped') {
      this.skipped += 1;
      // It may be that of another person.
      if (username !== undefined)
        notes.push({ line, text: `skipped, because the user name ${username} exists` });
      return;
    }
    this.imported += 1;
    if (username === undefined && without.length === 0) return;
    const as = username === undefined ? '' : ` as ${username}`;
    const lacks = without.length === 0 ? '' : ` without ${without.map((one) => LACKS[one]).join(' and ')}`;
    notes.push({ line, text: `imported${as}${lacks}` });
    this.changed.push({ line, ...(username !== undefined && { username }), without });
  }

  private refuse(line: number, { code, message, errors }: AuthException, notes: Note[]): void {
    const full = errors?.map((error) => error.message).join(' ') ?? message;
    // The name of an unknown field may hold anything, another line for one.
    const text = columnText(full, MAX_MESSAGE) ?? '';
    notes.push({ line, text: `${code}: ${text}` });
    this.refused.push({ line, code, message: text });
  }

  private async report(): Promise<void> {
    const { imported, skipped, changed } = this;
    const refused = this.refused.toSorted((one, other) => one.line - other.line);
    await this.output.result(
      { imported, skipped, refused, changed },
      `Imported: ${imported}. Skipped (user name exists): ${skipped}. Refused: ${refused.length}.`,
    );
    if (refused.length > 0) {
      throw new CliError(
        Exit.refused,
        'import_incomplete',
        `Lines refused: ${refused.length}. All others were imported.`,
      );
    }
  }
}

/** The content of a line; the text of the parser would repeat a part of it. */
function valueOf(text: string | null): unknown {
  const invalid = (message: string) =>
    new InvalidFieldException([{ field: '', code: 'invalid_field', message }]);
  if (text === null) throw invalid('The line is too long.');
  // Bytes that are not UTF-8 have been read as this; a name would be stored so.
  if (text.includes('\uFFFD')) throw invalid('The line is not UTF-8.');
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The line is not JSON.');
  }
}
