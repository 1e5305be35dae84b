#!/usr/bin/env node
import 'reflect-metadata';
import { run } from './run.js';

// Whoever reads the output may have seen enough: `… list | head`.
process.stdout.on('error', () => process.exit());

const exit = await run(process.argv.slice(2), process);
// The host's modules may have opened what nobody closes. All is written once this is.
process.stdout.write('', () => process.exit(exit));
