import { authEntities } from 'nestjs-session-auth';
import { DataSource } from 'typeorm';

const options = { type: 'better-sqlite3', database: process.env.HOST_FILE, entities: authEntities };

// Connected already, as an application does that shares this file.
export const dataSource = new DataSource(options).initialize();
