import type { HostMessages } from 'nestjs-session-auth';

export const texts: HostMessages = {
  'own.phone': 'Telefon',
  'own.phone_help': 'Nur für Rückfragen zur Lieferung.',
  'own.phone_wrong': 'Das ist keine Telefonnummer.',
  'own.remark': 'Bemerkung',
};
