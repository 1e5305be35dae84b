import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Command } from '../command.js';
import { messageOf, UsageError } from '../errors.js';
import { linesOf } from '../json-lines.js';
import { Progress } from '../progress.js';

/** Bytes that are read at once: some hundred users. */
const CHUNK = 2 ** 17;

export const importUsers: Command = {
  name: 'import',
  summary: 'Take users over with the password hashes they have, from JSON Lines; - is standard input',
  positionals: ['<file>'],
  options: {
    'without-password': {
      type: 'boolean',
      help: 'take users with no hash, or one that is not known; they cannot log in before reset-password',
    },
    'without-taken-email': {
      type: 'boolean',
      help: 'take users whose e-mail address somebody else has, without it',
    },
    'replace-blanks': {
      type: 'string',
      value: '<text>',
      help: 'put this in the place of blanks in user names, which otherwise are refused',
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
    throw new UsageError(`${name} cannot be read: ${messageOf(error)}.`, error);
  }
}
