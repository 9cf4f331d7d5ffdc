# Help pages.
help-no-operator = (not named yet)
help-no-contact = (no address given yet)
help-contents = On this page
help-reviewed = Last reviewed { $date }.
help-not-advice = General information, not legal advice.
help-title = Help
help-description = Your rights, how to get your records, how to stay safe, and who runs this site. In plain words, with sources.
help-intro = Short pages in plain words. Each one says when it was last checked.
help-group-rights = Your rights
help-group-records = Getting your records
help-group-safe = Staying safe
help-group-organizations = For organizations and developers
help-group-site = About this site
help-next = Where to go next
help-next-find = Find the place that has your records
help-next-letter = Make a letter to ask for your records
help-next-all = All help pages
