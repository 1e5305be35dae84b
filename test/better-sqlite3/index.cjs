// Each release of Node gets the one that package.json has installed for it.
module.exports =
  Number.parseInt(process.versions.node, 10) < 22
    ? require('better-sqlite3-12')
    : require('better-sqlite3-13');
