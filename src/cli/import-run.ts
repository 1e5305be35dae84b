import { AuthException, InvalidFieldException } from '../auth.exceptions.js';
import { columnText } from '../database/column-text.js';
import { checkInput, wireName } from '../input/check-input.js';
import { ImportUserInput } from '../user/user.inputs.js';
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

/** What has become of the lines so far. */
export class ImportRun {
  private imported = 0;
  private skipped = 0;
  private readonly refused: Refusal[] = [];

  constructor(
    private readonly application: Application,
    private readonly output: Output,
    private readonly progress: Progress,
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
    const refused: Refusal[] = [];
    const good = lines.flatMap((line) => parsed(line, refused) ?? []);
    const { users, caller } = this.application;
    const outcomes = await users.importUsers(
      good.map(({ user }) => user),
      caller,
    );
    outcomes.forEach(({ status, error }, index) => {
      if (status === 'imported') this.imported += 1;
      else if (status === 'skipped') this.skipped += 1;
      else if (error) refused.push(refusal(good[index]?.number ?? 0, error));
    });
    this.tell(refused.sort((one, other) => one.line - other.line));
    this.progress.show(bytes, this.imported + this.skipped);
  }

  private tell(refused: readonly Refusal[]): void {
    if (refused.length > 0) this.progress.clear();
    for (const { line, code, message } of refused) this.output.note(`line ${line}: ${code}: ${message}`);
    this.refused.push(...refused);
  }

  private async report(): Promise<void> {
    const { imported, skipped, refused } = this;
    await this.output.result(
      { imported, skipped, refused },
      `Imported: ${imported}. Skipped, for the name is there: ${skipped}. Refused: ${refused.length}.`,
    );
    if (refused.length > 0) {
      throw new CliError(
        Exit.refused,
        'import_incomplete',
        `Lines refused: ${refused.length}. The others are imported.`,
      );
    }
  }
}

function parsed(
  { number, text }: Line,
  refused: Refusal[],
): { number: number; user: ImportUserInput } | null {
  try {
    return { number, user: checkInput(ImportUserInput, valueOf(text), wireName) };
  } catch (error) {
    if (!(error instanceof AuthException)) throw error;
    refused.push(refusal(number, error));
    return null;
  }
}

function refusal(line: number, { code, message, errors }: AuthException): Refusal {
  const text = errors?.map((error) => error.message).join(' ') ?? message;
  // The name of an unknown field may hold anything, another line for one.
  return { line, code, message: columnText(text, MAX_MESSAGE) ?? '' };
}

/** What stands in a line; the text of the parser would repeat a part of it. */
function valueOf(text: string | null): unknown {
  const invalid = (message: string) =>
    new InvalidFieldException([{ field: '', code: 'invalid_field', message }]);
  if (text === null) throw invalid('The line is too long.');
  // What is no UTF-8 has been read as this; a name would be stored so.
  if (text.includes('\uFFFD')) throw invalid('The line is not UTF-8.');
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The line is not JSON.');
  }
}
