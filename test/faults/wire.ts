/** Reads the statements out of what a client sends, chunk by chunk. */
export type StatementReader = (chunk: Buffer) => string[];

/** By the scheme of the server's address. */
export const readers: Readonly<Record<string, () => StatementReader>> = {
  'postgres:': postgresReader,
  'postgresql:': postgresReader,
  'mysql:': mysqlReader,
  'mariadb:': mysqlReader,
};

/** PostgreSQL, "Message Formats": a type, a length that counts itself, and the content. */
function postgresReader(): StatementReader {
  let isStarted = false;
  return frames(
    (buffer) => {
      // Only the first message has no type.
      const lengthAt = isStarted ? 1 : 0;
      return buffer.length < lengthAt + 4 ? undefined : lengthAt + buffer.readUInt32BE(lengthAt);
    },
    (message) => {
      if (!isStarted) {
        isStarted = true;
        return undefined;
      }
      const texts = message.subarray(5).toString('utf8').split('\0');
      if (message[0] === 'Q'.charCodeAt(0)) return texts[0];
      // A statement to prepare comes after its name.
      return message[0] === 'P'.charCodeAt(0) ? texts[1] : undefined;
    },
  );
}

const COM_QUERY = 3;

/** MySQL, "Protocol Basics": a length of three bytes, a sequence number, and the content; a command starts at 0. */
function mysqlReader(): StatementReader {
  return frames(
    (buffer) => (buffer.length < 4 ? undefined : 4 + buffer.readUIntLE(0, 3)),
    (packet) =>
      packet[3] === 0 && packet[4] === COM_QUERY ? packet.subarray(5).toString('utf8') : undefined,
  );
}

function frames(
  lengthOf: (buffer: Buffer) => number | undefined,
  statementIn: (frame: Buffer) => string | undefined,
): StatementReader {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const statements: string[] = [];
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const length = lengthOf(rest);
      if (length === undefined || rest.length < length) return statements;
      const statement = statementIn(rest.subarray(0, length));
      if (statement !== undefined) statements.push(statement);
      rest = rest.subarray(length);
    }
  };
}
