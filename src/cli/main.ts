#!/usr/bin/env node
import 'reflect-metadata';
import { createWriteStream, fstatSync } from 'node:fs';
import { run } from './run.js';

const { stdin, stderr, env } = process;
// Of a line that a full disk cuts short, Node's own stream for a file loses the rest and reports no error.
const stdout = fstatSync(1).isFile() ? createWriteStream('', { fd: 1 }) : process.stdout;
// Each write to it has its own callback.
stdout.on('error', () => undefined);
// Nobody can be told of this, and nobody may have to read what an import says of bad lines.
stderr.on('error', () => undefined);

const exit = await run(process.argv.slice(2), { stdin, stdout, stderr, env });
// The host's modules may have opened what nobody closes. All is written once these are.
stdout.write('', () => stderr.write('', () => process.exit(exit)));
