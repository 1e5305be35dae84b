/**
 * What is used of class-validator. To load the whole of it takes longer than to load this module, because it brings the
 * telephone numbers of all countries. So the build takes each of these from a file of its own.
 */
export {
  getMetadataStorage,
  IsBoolean,
  isEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  registerDecorator,
  ValidateIf,
  ValidationTypes,
  Validator,
} from 'class-validator';
