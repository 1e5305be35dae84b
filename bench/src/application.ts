import type { Database, FreshDatabase } from './databases.js';
import { ServerProcess } from './server-process.js';

/** An application to measure: which of `servers/`, on what. */
export interface Candidate {
  server: string;
  database: Database;
  configuration?: object;
  env?: Record<string, string>;
  execArgv?: string[];
}

/** A running application on a database of its own. */
export class Application {
  private constructor(
    readonly server: ServerProcess,
    private readonly fresh: FreshDatabase,
  ) {}

  static async start({ server, database, configuration, ...process }: Candidate): Promise<Application> {
    const fresh = await database.create();
    try {
      const { connection } = fresh;
      return new Application(
        await ServerProcess.start(server, { connection, ...configuration }, process),
        fresh,
      );
    } catch (error) {
      await fresh.drop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.fresh.drop();
  }
}

/** Runs the work with an application that is gone afterwards, whatever happens. */
export async function withApplication<T>(
  candidate: Candidate,
  work: (application: Application) => Promise<T>,
): Promise<T> {
  const application = await Application.start(candidate);
  try {
    return await work(application);
  } finally {
    await application.stop();
  }
}
