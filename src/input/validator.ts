/**
 * The part of class-validator that this module uses. The whole package takes longer to load than this module, because it
 * includes the telephone numbers of all countries, so the build imports each name from its own file.
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
