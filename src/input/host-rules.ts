import type { Type } from '@nestjs/common';
import { getMetadataStorage, registerDecorator, ValidationTypes } from './validator.js';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

type Constraints = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidatorConstraints']>;

/** A rule of class-validator on a property of the host. */
export interface HostRule {
  /** Name in class-validator, such as `maxLength`. */
  name: string;
  /** First argument, such as 40 for `maxLength`. */
  limit: unknown;
  /** Message of the host. */
  message: Metadata['message'] | undefined;
  isOptional: boolean;
  metadata: Metadata;
}

/**
 * Returns the rules on a property, in the order of class-validator.
 *
 * @param place beginning of the error message
 * @throws Error for rules that cannot be checked here: asynchronous, nested or conditional ones
 */
export function rulesOf(host: Type, property: string, place: string): HostRule[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(host, '', false, false)
    .filter(({ propertyName, type }) => propertyName === property && type !== ValidationTypes.WHITELIST)
    .map((metadata) => {
      const complaint = complaintAbout(metadata);
      if (complaint !== null) throw new Error(`${place}: ${complaint}`);
      const { name = metadata.type, constraints = [], message } = metadata;
      return { name, limit: constraints[0], message, isOptional: name === 'isOptional', metadata };
    });
}

/** Returns the argument of the rule with that name; `undefined` if there is none. */
export function limitOf(rules: readonly HostRule[], name: string): unknown {
  return rules.find((rule) => rule.name === name)?.limit;
}

/** Copies a rule to the same property of another class. If it turns out to be asynchronous, the check throws an error. */
export function copyRule({ name, metadata }: HostRule, target: Type): void {
  const { propertyName, constraints = [], message, each } = metadata;
  const [constraint] = constraintsOf(metadata);
  if (!constraint) {
    getMetadataStorage().addValidationMetadata({ ...metadata, target, context: undefined });
    return;
  }
  const { instance } = constraint;
  registerDecorator({
    name,
    target,
    propertyName,
    constraints,
    options: { message, each },
    validator: {
      validate: (value, args) => {
        const holds: unknown = instance.validate(value, args);
        if (holds instanceof Promise) throw new Error(`${propertyName}: ${asynchronous(name)}`);
        return Boolean(holds);
      },
      defaultMessage: (args) => instance.defaultMessage?.(args) ?? '',
    },
  });
}

/** Copies all rules of one of the module's classes to a class that does not inherit them. */
export function copyRules(from: Type, target: Type): void {
  const storage = getMetadataStorage();
  for (const metadata of storage.getTargetValidationMetadatas(from, '', false, false))
    storage.addValidationMetadata({ ...metadata, target });
}

function complaintAbout(metadata: Metadata): string | null {
  const { type, name } = metadata;
  if (type === ValidationTypes.CONDITIONAL_VALIDATION && name === 'isOptional') return null;
  if (type === ValidationTypes.CONDITIONAL_VALIDATION || Reflect.get(metadata, 'validateIf'))
    return 'a rule with a condition (@ValidateIf(), validateIf) cannot be checked. Of conditions, only @IsOptional() may be used.';
  if (type === ValidationTypes.NESTED_VALIDATION || type === ValidationTypes.PROMISE_VALIDATION)
    return 'objects and promises (@ValidateNested(), @ValidatePromise()) cannot be checked.';
  return constraintsOf(metadata).some((constraint) => constraint.async) ? asynchronous(name ?? type) : null;
}

function constraintsOf({ constraintCls }: Metadata): Constraints {
  return constraintCls ? getMetadataStorage().getTargetValidatorConstraints(constraintCls) : [];
}

function asynchronous(name: string): string {
  return `the rule "${name}" is asynchronous, and would not be waited for. Check it in a hook or in the database.`;
}
