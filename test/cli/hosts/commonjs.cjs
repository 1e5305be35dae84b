const { authEntities } = require('nestjs-session-auth');
const { DataSource } = require('typeorm');

const dataSource = new DataSource({
  type: 'better-sqlite3',
  database: process.env.HOST_FILE,
  entities: authEntities,
});

module.exports = { dataSource, another: dataSource };
