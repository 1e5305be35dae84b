// Node as it is where @node-rs/argon2 is not installed: `node --import` this.
import { register } from 'node:module';

const hooks = `export async function resolve(name, context, next) {
  if (name !== '@node-rs/argon2') return next(name, context);
  throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
