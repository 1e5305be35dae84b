const connections = new WeakMap<object, { destroyed: boolean }>();

/** Remembers on which connection a caller waits for the answer. */
export function waitsOn(caller: object, connection: { destroyed: boolean }): void {
  connections.set(caller, connection);
}

/** Whether the connection is gone on which a caller has waited. */
export function isDisconnected(caller: object): boolean {
  return connections.get(caller)?.destroyed ?? false;
}
