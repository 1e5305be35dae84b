export const authOptions = {
  password: { bcryptRounds: 5, minLength: 20, expiry: 10 },
  audit: { retention: '1d' },
  // Of no concern to the command line: nobody provides the class there.
  login: { hooks: class Hooks {} },
  apps: { all: ['web'] },
};
