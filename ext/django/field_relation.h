// Reads what ForeignKey, OneToOneField and ManyToManyField add to a field.
#ifndef MIGEXT_DJANGO_FIELD_RELATION_H_
#define MIGEXT_DJANGO_FIELD_RELATION_H_

#include "django/field.h"

namespace migext::django {

/// Fills field.relation from field.kwargs.  Without a readable to= (a mapped class of someone else)
/// the field becomes kUnknown.  Throws Error in Django's words for what it refuses.
void ReadRelation(Field& field, const FieldContext& context);

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_FIELD_RELATION_H_
