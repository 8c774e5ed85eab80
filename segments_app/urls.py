"""Pages under /segments/."""

from django.urls import path

from .views import (
    bulk_add,
    campaign_entries,
    campaigns,
    compare,
    criteria,
    criteria_choices,
    difference,
    documents,
    edit_step,
    interactions,
    letter,
    letters,
    line_changes,
    line_out,
    lines,
    log_segment,
    logged_segments,
    mailing_group,
    one_per_address,
    paper,
    personal_letters,
    phone_calls,
    pressure,
    problems,
    refresh,
    release,
    runs,
    saved_criteria,
    saved_detail,
    saved_files,
    saved_steps,
    segment_list,
    segments,
    sets,
    steps,
    why,
    worksheet,
)

app_name = "segments"
urlpatterns = [
    # open segments
    path("", segment_list.segment_list, name="list"),
    path("new/", segments.segment_create, name="create"),
    path("start/", sets.start_choose, name="start"),
    path("start/<slug:kind>/", sets.start_choose, name="start_choose"),
    path("start/<slug:kind>/<slug:key>/", sets.start_take, name="start_take"),
    path("add-contacts/", bulk_add.bulk_add, name="bulk_add"),
    path("compare/", compare.compare, name="compare"),
    path("compare/options/", compare.compare_options, name="compare_options"),
    # one open segment
    path("<int:pk>/", worksheet.segment_detail, name="detail"),
    path("<int:pk>/edit/", segments.segment_edit, name="edit"),
    path("<int:pk>/copy/", segments.segment_copy, name="copy"),
    path("<int:pk>/delete/", segments.segment_delete, name="delete"),
    path("<int:pk>/why/", why.segment_why, name="why"),
    # its steps
    path("<int:pk>/steps/<int:position>/", steps.segment_step, name="step"),
    path(
        "<int:pk>/steps/<int:position>/name/", steps.segment_name_step, name="step_name"
    ),
    path(
        "<int:pk>/steps/<int:position>/edit/",
        edit_step.segment_edit_step,
        name="step_edit",
    ),
    path(
        "<int:pk>/steps/<int:position>/edit/count/",
        edit_step.edit_step_count,
        name="step_edit_count",
    ),
    path(
        "<int:pk>/steps/<int:position>/leave-out/",
        edit_step.segment_leave_out_step,
        name="step_leave_out",
    ),
    path("<int:pk>/refresh/", refresh.segment_refresh, name="refresh"),
    path("<int:pk>/living/", refresh.segment_living, name="living"),
    path("<int:pk>/criteria/<str:kind>/", criteria.segment_criteria, name="criteria"),
    path(
        "<int:pk>/criteria/<str:kind>/count/",
        criteria.criteria_count,
        name="criteria_count",
    ),
    path(
        "<int:pk>/criteria/<str:kind>/conditions/",
        criteria.condition_counts,
        name="condition_counts",
    ),
    path(
        "criteria/choices/<str:scope>/<str:field>/",
        criteria_choices.criteria_choices,
        name="criteria_choices",
    ),
    path(
        "<int:pk>/difference/<str:kind>/",
        difference.segment_difference,
        name="difference",
    ),
    path("<int:pk>/go-back/", steps.segment_go_back, name="go_back"),
    path("<int:pk>/redo/", steps.segment_redo, name="redo"),
    path("<int:pk>/go-to-step/", steps.segment_go_to_step, name="go_to_step"),
    path(
        "<int:pk>/one-per-address/",
        one_per_address.segment_one_per_address,
        name="one_per_address",
    ),
    path("<int:pk>/pressure/", pressure.segment_pressure, name="pressure"),
    path("<int:pk>/reuse/", saved_criteria.segment_reuse, name="reuse"),
    path("<int:pk>/combine/", sets.combine_choose, name="combine"),
    path("<int:pk>/combine/<slug:kind>/", sets.combine_choose, name="combine_choose"),
    path(
        "<int:pk>/combine/<slug:kind>/<slug:key>/",
        sets.combine_take,
        name="combine_take",
    ),
    path(
        "<int:pk>/mailing-group/",
        mailing_group.segment_mailing_group,
        name="mailing_group",
    ),
    path(
        "<int:pk>/save-criteria/",
        saved_criteria.segment_save_criteria,
        name="save_criteria",
    ),
    # its lines and documents
    path("<int:pk>/lines/add/", lines.line_add, name="line_add"),
    path("<int:pk>/lines/remove/", lines.line_remove, name="line_remove"),
    path("<int:pk>/lines/change/", line_changes.lines_change, name="lines_change"),
    path("<int:pk>/lines/columns/", line_out.line_columns, name="line_columns"),
    path(
        "<int:pk>/lines/export/<slug:suffix>/",
        line_out.lines_export,
        name="lines_export",
    ),
    path("<int:pk>/lines/<int:line>/", lines.line_edit, name="line_edit"),
    path("<int:pk>/lines/<int:line>/row/", lines.line_row, name="line_row"),
    path("<int:pk>/lines/<int:line>/reset/", lines.line_reset, name="line_reset"),
    path("<int:pk>/contact-list/", line_out.contact_list, name="contact_list"),
    path(
        "<int:pk>/contact-list/pdf/",
        line_out.contact_list_pdf,
        name="contact_list_pdf",
    ),
    path("<int:pk>/documents/", documents.segment_documents, name="documents"),
    path("<int:pk>/documents/add/", documents.document_add, name="document_add"),
    path(
        "<int:pk>/documents/<int:document>/",
        documents.document_file,
        name="document_file",
    ),
    path(
        "<int:pk>/documents/<int:document>/check/",
        documents.document_check,
        name="document_check",
    ),
    path(
        "<int:pk>/documents/<int:document>/take/",
        documents.document_take,
        name="document_take",
    ),
    path(
        "<int:pk>/documents/<int:document>/remove/",
        documents.document_remove,
        name="document_remove",
    ),
    # saved criteria
    path("saved/", saved_criteria.saved_list, name="saved_criteria"),
    path("saved/import/", saved_files.saved_import, name="saved_import"),
    path("saved/<int:pk>/", saved_detail.saved_detail, name="saved_detail"),
    path("saved/<int:pk>/edit/", saved_detail.saved_edit, name="saved_edit"),
    path(
        "saved/<int:pk>/duplicate/",
        saved_detail.saved_duplicate,
        name="saved_duplicate",
    ),
    path("saved/<int:pk>/dry-run/", saved_detail.saved_dry_run, name="saved_dry_run"),
    path("saved/<int:pk>/export/", saved_files.saved_export, name="saved_export"),
    path(
        "saved/<int:pk>/steps/add/<str:kind>/",
        saved_steps.saved_step_add,
        name="saved_step_add",
    ),
    path(
        "saved/<int:pk>/steps/count/<str:kind>/",
        saved_steps.saved_step_count,
        name="saved_step_count",
    ),
    path(
        "saved/<int:pk>/steps/<int:position>/",
        saved_steps.saved_step_edit,
        name="saved_step_edit",
    ),
    path(
        "saved/<int:pk>/steps/<int:position>/remove/",
        saved_steps.saved_step_remove,
        name="saved_step_remove",
    ),
    path(
        "saved/<int:pk>/steps/<int:position>/move/",
        saved_steps.saved_step_move,
        name="saved_step_move",
    ),
    path(
        "saved/<int:pk>/delete/",
        saved_criteria.saved_delete,
        name="saved_criteria_delete",
    ),
    # its letters, and what becomes of it once it is logged
    path("<int:pk>/letters/", letter.letter_find, name="letter_find"),
    path("<int:pk>/letters/riskiest/", letter.riskiest, name="riskiest"),
    path(
        "<int:pk>/letters/personal/",
        personal_letters.personal_list,
        name="personal_letters",
    ),
    path(
        "<int:pk>/letters/personal/reset/<slug:kind>/",
        personal_letters.personal_reset,
        name="personal_reset",
    ),
    path("<int:pk>/letters/<int:line>/", letter.letter, name="letter"),
    path(
        "<int:pk>/letters/<int:line>/document/",
        letter.letter_document,
        name="letter_document",
    ),
    path("<int:pk>/letters/<int:line>/pdf/", letter.letter_pdf, name="letter_pdf"),
    path("<int:pk>/letters/<int:line>/html/", letter.letter_html, name="letter_html"),
    path(
        "<int:pk>/letters/<int:line>/text/",
        personal_letters.letter_text,
        name="letter_text",
    ),
    path(
        "<int:pk>/letters/<int:line>/own/",
        personal_letters.letter_own,
        name="letter_own",
    ),
    path(
        "<int:pk>/letters/<int:line>/own/reset/",
        personal_letters.letter_reset,
        name="letter_reset",
    ),
    path(
        "<int:pk>/letters/<int:line>/own/keep/",
        personal_letters.letter_keep,
        name="letter_keep",
    ),
    path("<int:pk>/merge/", letters.merge, name="merge"),
    path("<int:pk>/merge/names/", letters.merge_names, name="merge_names"),
    path("<int:pk>/print/<str:kind>/", paper.paper, name="paper"),
    path(
        "<int:pk>/print/<str:kind>/preview/",
        paper.paper_preview,
        name="paper_preview",
    ),
    path("<int:pk>/prepare/", runs.prepare, name="prepare"),
    path("<int:pk>/log/", log_segment.log, name="log"),
    path("<int:pk>/log/<slug:kind>/", problems.problem, name="problem"),
    path(
        "<int:pk>/log/<slug:kind>/value/",
        problems.problem_value,
        name="problem_value",
    ),
    path(
        "<int:pk>/log/<slug:kind>/contacts/<int:contact>/",
        problems.problem_contact,
        name="problem_contact",
    ),
    path("<int:pk>/release/", release.segment_release, name="release"),
    path(
        "<int:pk>/release/withdraw/", release.release_withdraw, name="release_withdraw"
    ),
    # one interaction with one contact
    path(
        "interactions/create/",
        interactions.interaction_create,
        name="interaction_create",
    ),
    path(
        "interactions/preview/",
        interactions.interaction_preview,
        name="interaction_preview",
    ),
    path("interactions/email/", interactions.email_create, name="email_create"),
    path("interactions/drafts/", interactions.drafts, name="drafts"),
    path(
        "interactions/drafts/<int:pk>/", interactions.draft_resume, name="draft_resume"
    ),
    path(
        "interactions/drafts/<int:pk>/delete/",
        interactions.draft_delete,
        name="draft_delete",
    ),
    path("interactions/call/", phone_calls.phone_call, name="phone_call"),
    path("<int:pk>/lines/<int:line>/call/", phone_calls.line_call, name="line_call"),
    # letters that were frozen
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/print/", runs.run_print, name="run_print"),
    path("runs/<int:pk>/print/<str:kind>/", paper.run_paper, name="run_paper"),
    path(
        "runs/<int:pk>/print/<str:kind>/preview/",
        paper.run_paper_preview,
        name="run_paper_preview",
    ),
    path("runs/<int:pk>/names/", runs.run_names, name="run_names"),
    path("runs/<int:pk>/changes/", runs.run_changes, name="run_changes"),
    path("runs/<int:pk>/left-out/", runs.run_left_out, name="run_left_out"),
    path("runs/<int:pk>/withdraw/", runs.run_withdraw, name="run_withdraw"),
    path("runs/<int:pk>/letters/<int:item>/", runs.run_letter, name="run_letter"),
    path("runs/<int:pk>/files/<int:job>/", runs.run_file, name="run_file"),
    # logged segments
    path("logged/", logged_segments.logged_list, name="logged_list"),
    path("logged/<int:pk>/", logged_segments.logged_detail, name="logged_detail"),
    path("logged/<int:pk>/follow-up/", logged_segments.follow_up, name="follow_up"),
    path("logged/<int:pk>/reuse/", logged_segments.reuse_logged, name="reuse_logged"),
    path(
        "logged/<int:pk>/letters/",
        logged_segments.logged_letters,
        name="logged_letters",
    ),
    # campaigns
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign_create"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path(
        "campaigns/<int:pk>/delete/", campaigns.campaign_delete, name="campaign_delete"
    ),
    path(
        "campaigns/<int:pk>/activate/",
        campaigns.campaign_activate,
        name="campaign_activate",
    ),
    path(
        "campaigns/<int:pk>/deactivate/",
        campaigns.campaign_deactivate,
        name="campaign_deactivate",
    ),
    path(
        "campaigns/entries/<int:pk>/cancel/",
        campaign_entries.entry_cancel,
        name="campaign_entry_cancel",
    ),
    path(
        "campaigns/entries/<int:pk>/take-back/",
        campaign_entries.entry_take_back,
        name="campaign_entry_take_back",
    ),
]
