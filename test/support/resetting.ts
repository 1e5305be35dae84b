import { connect } from 'node:net';

/** Sends a JSON post from an address of this machine, and resets the connection at once or when it is told to. */
export async function postAndReset(
  url: string,
  path: string,
  fields: object,
  { localAddress, when = Promise.resolve() }: { localAddress: string; when?: Promise<unknown> },
): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const body = JSON.stringify(fields);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, resolve));
  await when;
  socket.resetAndDestroy();
  await closed;
}
