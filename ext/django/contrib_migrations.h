// The texts of contrib_migrations.cc: Python for the evaluator, the vocabulary in front.
#ifndef MIGEXT_DJANGO_CONTRIB_MIGRATIONS_H_
#define MIGEXT_DJANGO_CONTRIB_MIGRATIONS_H_

namespace migext::django {

extern const char* const kContribVocabulary;
extern const char* const kAdminMigrations;
extern const char* const kAuthMigrations;
extern const char* const kContentTypesMigrations;
extern const char* const kFlatPagesMigrations;
extern const char* const kRedirectsMigrations;
extern const char* const kSessionsMigrations;
extern const char* const kSitesMigrations;

}  // namespace migext::django

#endif  // MIGEXT_DJANGO_CONTRIB_MIGRATIONS_H_
