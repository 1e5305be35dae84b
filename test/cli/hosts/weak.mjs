export const authOptions = { password: { bcryptRounds: 3 } };
