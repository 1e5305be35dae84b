import { connect } from 'node:net';
import { CookieJar } from '../support/cookies.js';
import { expectNoSecretIn } from '../support/secrets.js';

/** What came back over the socket, as it came. */
export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  status: number;
  /** Header lines as they were written, without the status line. */
  lines: string[];
  /** The content, with the chunks of `Transfer-Encoding: chunked` put together. */
  body: string;
  header(name: string): string[];
}

export interface RawRequest {
  method?: string;
  /** The request target, not encoded and not normalised. */
  target: string;
  /** Lines as they are sent, `Name: value`; Host and Connection are added unless `bare`. */
  headers?: string[];
  body?: string | Buffer;
  /** Sends the header lines only. */
  bare?: boolean;
}

/** Sends bytes as `fetch` and `node:http` never would: doubled headers, odd methods and targets, broken line ends. */
export function raw(
  url: string,
  { method = 'GET', target, headers = [], body = '', bare = false }: RawRequest,
): Promise<RawAnswer> {
  const { host } = new URL(url);
  const length = Buffer.byteLength(body);
  const isSized = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line));
  const lines = bare ? headers : [`Host: ${host}`, 'Connection: close', ...headers];
  if (!bare && !isSized && length > 0) lines.push(`Content-Length: ${length}`);
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return exchange(url, Buffer.concat([head, Buffer.from(body)]));
}

/** Sends exactly these bytes on a connection of their own, and reads until the server is done. */
export function exchange(url: string, bytes: string | Buffer, patienceMs = 3000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    // A server that waits for more has not fallen for it either: what it has said so far is the answer.
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => {
      const answer = answerOf(Buffer.concat(chunks).toString('latin1'));
      try {
        const sent = messageOf(Buffer.from(bytes).toString('latin1'));
        expectNoSecretIn(url, sent.body, answer.body, new CookieJar().receive(answer.header('set-cookie')));
        resolve(answer);
      } catch (error) {
        reject(error);
      }
    });
  });
}

function answerOf(text: string): RawAnswer {
  const { firstLine, ...message } = messageOf(text);
  return { ...message, status: Number(firstLine.split(' ')[1] ?? 0) };
}

/** A request and an answer are written alike, but for the first line. */
function messageOf(text: string): Omit<RawAnswer, 'status'> & { firstLine: string } {
  const end = text.indexOf('\r\n\r\n');
  const [firstLine = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  const content = end < 0 ? '' : text.slice(end + 4);
  const header = (name: string): string[] =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const isChunked = header('transfer-encoding').includes('chunked');
  return { firstLine, lines, body: isChunked ? unchunked(content) : content, header };
}

function unchunked(content: string): string {
  let body = '';
  for (let rest = content; rest !== '';) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (!(size > 0)) return body;
    body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
  return body;
}

/** `body` in chunks of `size` bytes, as `Transfer-Encoding: chunked` carries it. */
export function chunked(body: string, size = 16_000): string {
  const parts: string[] = [];
  for (let at = 0; at < body.length; at += size) parts.push(body.slice(at, at + size));
  return [...parts, ''].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
}
