import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Command } from '../command.js';
import { messageOf, UsageError } from '../errors.js';
import { linesOf } from '../json-lines.js';
import { Progress } from '../progress.js';

/** Bytes that are read at once: some hundred users. */
const CHUNK = 2 ** 17;

export const importUsers: Command = {
  name: 'import',
  summary: 'Import users with their existing password hashes from JSON Lines; - is standard input',
  positionals: ['<file>'],
  options: {
    'without-password': {
      type: 'boolean',
      help: 'import users whose hash is missing or unknown; they cannot log in before reset-password',
    },
    'without-taken-email': {
      type: 'boolean',
      help: 'import users whose email address belongs to somebody else, without it',
    },
    'replace-blanks': {
      type: 'string',
      value: '<text>',
      help: 'replace blanks in user names, which are refused otherwise',
    },
  },
  async run(call) {
    const name = await call.required(0, 'File');
    const file = name === '-' ? null : await opened(name);
    try {
      const { ImportRun } = await import('../import-run.js');
      const progress = new Progress(call.io, file ? (await file.stat()).size : 0);
      const application = await call.application();
      const stream = file?.createReadStream({ highWaterMark: CHUNK, autoClose: false }) ?? call.io.stdin;
      const options = {
        withoutPassword: call.args.flag('without-password') ?? false,
        withoutTakenEmail: call.args.flag('without-taken-email') ?? false,
        blanks: call.args.text('replace-blanks'),
      };
      await new ImportRun(application, call.output, progress, options).run(linesOf(stream));
    } finally {
      await file?.close();
    }
  },
};

async function opened(name: string): Promise<FileHandle> {
  try {
    if ((await stat(name)).isDirectory()) throw new Error('it is a folder');
    return await open(name);
  } catch (error) {
    throw new UsageError(`Cannot read ${name}: ${messageOf(error)}.`, error);
  }
}
