import type { DataSource } from 'typeorm';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { Application } from './application.js';
import type { Arguments } from './arguments.js';
import { UsageError } from './errors.js';
import type { Io } from './io.js';
import { Output } from './output.js';
import { Terminal } from './terminal.js';

/** One call of one command: what it was given, and what it opens on its way. */
export class Call {
  readonly output: Output;
  readonly terminal: Terminal;
  private dataSource: DataSource | undefined;
  private started: Application | undefined;

  constructor(
    readonly args: Arguments,
    readonly io: Io,
  ) {
    this.output = new Output(io, args.flag('json') ?? false);
    this.terminal = new Terminal(io);
  }

  /** The database, with this module's migrations only. @throws CliError */
  async databaseToMigrate(): Promise<DataSource> {
    const { openDataSource } = await import('./data-source.js');
    return (this.dataSource = await openDataSource(this.args, this.io.env, true));
  }

  /** The module on the database. @throws CliError */
  async application(): Promise<Application> {
    if (this.started) return this.started;
    const { openDataSource } = await import('./data-source.js');
    const { Application } = await import('./application.js');
    this.dataSource = await openDataSource(this.args, this.io.env);
    return (this.started = await Application.start(this.dataSource, this.args, this.output));
  }

  /** A required argument; at a terminal, it is asked for. @throws UsageError */
  async required(index: number, name: string): Promise<string> {
    const given =
      this.args.positional(index) ?? (this.terminal.isThere ? await this.terminal.ask(`${name}: `) : '');
    if (given === '') throw new UsageError(`${name} is missing.`);
    return given;
  }

  /** The user that the first argument names. @throws UserNotFoundException, UsageError */
  async user(): Promise<SsoUserBase> {
    const name = await this.required(0, 'User');
    return (await this.application()).find(name);
  }

  async close(): Promise<void> {
    this.terminal.close();
    await this.started?.close();
    if (this.dataSource?.isInitialized) await this.dataSource.destroy();
  }
}
