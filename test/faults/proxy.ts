import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { readers, type StatementReader } from './wire.js';

/** Where a statement is met: before the server gets it, or after the server has answered it. */
export type Moment = 'before' | 'after';

interface Trap {
  at: number;
  does: 'cut' | 'freeze';
  moment: Moment;
}

interface Link {
  client: Socket;
  server: Socket;
  /** The server's next words do not reach the client any more. */
  isDoomed: boolean;
  isFrozen: boolean;
  held: Buffer[];
}

/** Stands between an application and its database server: reads along, and takes the server away on demand. */
export class Proxy {
  /** What was asked of the server since {@link reset}, on whichever connection. */
  statements: string[] = [];
  /** Milliseconds by which everything reaches the server later. */
  delay = 0;
  private readonly links = new Set<Link>();
  private trap: Trap | undefined;
  private isFrozen = false;
  private listener: Server | undefined;
  private port = 0;

  private constructor(private readonly target: URL) {}

  static async to(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    await proxy.start();
    return proxy;
  }

  /** The database's address through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Listens (again), always on the same port. */
  async start(): Promise<void> {
    const listener = createServer((client) => this.link(client));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (listener.address() as AddressInfo).port;
    this.listener = listener;
  }

  /** Ends all connections and refuses new ones, as a server does that was stopped. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.listener?.close(resolve));
    this.cut();
    await closed;
  }

  /** Ends all connections; new ones are welcome. */
  cut(): void {
    for (const link of this.links) end(link);
  }

  /** Ends the connections that are frozen. */
  cutFrozen(): void {
    for (const link of this.links) if (link.isFrozen) end(link);
  }

  /** Accepts connections and data, and passes nothing on. */
  freeze(): void {
    this.isFrozen = true;
    this.strand();
  }

  /** Freezes the connections there are, as a firewall does that has forgotten them; new ones are served. */
  strand(): void {
    for (const link of this.links) hold(link);
  }

  /** Passes on what was held. */
  thaw(): void {
    this.isFrozen = false;
    for (const link of this.links) release(link);
  }

  /** Counts statements from nought again; nothing happens to any. */
  reset(): void {
    this.statements = [];
    this.trap = undefined;
  }

  /** The statements that some work sends. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    this.reset();
    await work();
    return [...this.statements];
  }

  /** Cuts the connection on which the statement of that number from now goes; the others live on. */
  cutAt(at: number, moment: Moment): void {
    this.reset();
    this.trap = { at, does: 'cut', moment };
  }

  /** Freezes the connection on which that statement goes, before the server gets it; the others live on. */
  freezeAt(at: number): void {
    this.reset();
    this.trap = { at, does: 'freeze', moment: 'before' };
  }

  private link(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    const link: Link = { client, server, isDoomed: false, isFrozen: false, held: [] };
    const reader = readers[this.target.protocol]?.();
    this.links.add(link);
    client.on('data', (chunk) => this.forward(link, chunk, reader));
    server.on('data', (chunk) => {
      if (link.isDoomed) end(link);
      else client.write(chunk);
    });
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.links.delete(link);
        end(link);
      });
    }
    if (this.isFrozen) hold(link);
  }

  private forward(link: Link, chunk: Buffer, reader: StatementReader | undefined): void {
    for (const statement of reader?.(chunk) ?? []) {
      this.statements.push(statement);
      const { trap } = this;
      if (trap === undefined || trap.at !== this.statements.length - 1) continue;
      if (trap.does === 'freeze') hold(link);
      else if (trap.moment === 'after') link.isDoomed = true;
      else return end(link);
    }
    if (link.isFrozen) link.held.push(chunk);
    else if (this.delay > 0) setTimeout(() => link.server.write(chunk), this.delay);
    else link.server.write(chunk);
  }
}

function hold(link: Link): void {
  link.isFrozen = true;
  link.client.pause();
  link.server.pause();
}

function release(link: Link): void {
  link.isFrozen = false;
  for (const chunk of link.held.splice(0)) link.server.write(chunk);
  link.client.resume();
  link.server.resume();
}

function end({ client, server }: Link): void {
  client.destroy();
  server.destroy();
}
