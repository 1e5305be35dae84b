export const authOptions = {
  password: {
    bcryptRounds: 5,
    rules: [
      {
        code: 'no_velvet',
        check(password) {
          if (password.includes('linen')) throw new Error('the list of cloths is away');
          return password.includes('velvet') ? 'own.velvet' : null;
        },
      },
    ],
  },
  messages: { en: { 'own.velvet': 'Velvet is worn out.' } },
};
