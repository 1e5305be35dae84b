export const authOptions = { password: { bcryptRounds: 4 } };
