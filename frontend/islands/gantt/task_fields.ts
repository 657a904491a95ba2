/** Written by `python -m accord.web.projects.grid_types`, from src/accord/projects/fields.py: edit that. */

import type { TaskRow } from "./types";

export type FieldKind = "text" | "flag" | "whole" | "minutes" | "moment" | "percent" | "money" | "choice" | "record" | "parts" | "custom" | "fact";

/** A column of the grid; `field` is what it shows of a task; some are worked out of the whole plan. */
export interface TableColumn {
  name: string;
  label: string;
  title: string;
  width: number;
  right: boolean;
  /** Shown unless the user chooses otherwise. */
  shown: boolean;
  field: string;
}

/** A field that people set. A record is chosen from the plan's list `source`; `none` are the words for none. */
export interface TableField {
  name: FieldName;
  kind: FieldKind;
  source: string;
  none: string;
  /** The one kind of row that has it, and the words for the others; or empty. */
  only: string;
  rule: string;
  /** A summary has it from its tasks. */
  ofSummary: boolean;
  /** Rows copied in the grid carry it. */
  pasted: boolean;
  /** It has a place in the task editor. */
  inPanel: boolean;
  choices: [string, string][];
}

/** What a new task is before anything is entered. */
export const BLANK: Pick<TaskRow, "name" | "duration_minutes" | "start" | "finish" | "percent_complete" | "total_float_minutes" | "work_minutes" | "effort" | "kind" | "constraint" | "constraint_date" | "deadline" | "priority" | "calendar" | "actual_start" | "actual_finish" | "remaining_duration" | "optimistic_minutes" | "pessimistic_minutes" | "deliverable" | "waiting_for" | "milestone_owner" | "wbs_code" | "hyperlink" | "elapsed" | "manual" | "free_float_minutes" | "critical" | "effort_driven" | "ignore_resource_calendars" | "levelling_delay" | "active" | "estimate_shape" | "estimate_group" | "custom" | "notes"> = {"name": "", "duration_minutes": 480, "start": "", "finish": "", "percent_complete": 0.0, "total_float_minutes": null, "work_minutes": 0, "effort": "units", "kind": "task", "constraint": "ASAP", "constraint_date": null, "deadline": null, "priority": 500, "calendar": null, "actual_start": null, "actual_finish": null, "remaining_duration": null, "optimistic_minutes": null, "pessimistic_minutes": null, "deliverable": null, "waiting_for": "", "milestone_owner": null, "wbs_code": "", "hyperlink": "", "elapsed": false, "manual": false, "free_float_minutes": null, "critical": false, "effort_driven": false, "ignore_resource_calendars": false, "levelling_delay": 0, "active": true, "estimate_shape": "pert", "estimate_group": "", "custom": {}, "notes": ""};

export type FieldName = "name" | "duration_minutes" | "start" | "finish" | "percent_complete" | "work_minutes" | "effort" | "kind" | "constraint" | "constraint_date" | "deadline" | "priority" | "calendar" | "actual_start" | "actual_finish" | "remaining_duration" | "optimistic_minutes" | "pessimistic_minutes" | "deliverable" | "waiting_for" | "milestone_owner" | "wbs_code" | "hyperlink" | "elapsed" | "manual" | "effort_driven" | "ignore_resource_calendars" | "levelling_delay" | "active" | "estimate_shape" | "estimate_group" | "custom" | "notes";
export type ColumnName = "number" | "wbs" | "name" | "duration" | "start" | "finish" | "predecessors" | "resources" | "complete" | "float" | "criticality" | "work" | "units" | "effort" | "type" | "constraint" | "constraint_date" | "deadline" | "priority" | "calendar" | "actual_start" | "actual_finish" | "remaining" | "best" | "worst" | "deliverable" | "waiting" | "owner";

export const TABLE_COLUMNS: readonly (TableColumn & { name: ColumnName })[] = [
  {"name": "number", "label": "#", "title": "Row number", "width": 46, "right": true, "shown": true, "field": "number"},
  {"name": "wbs", "label": "WBS", "title": "Work breakdown structure code", "width": 64, "right": false, "shown": true, "field": "wbs"},
  {"name": "name", "label": "Task name", "title": "Task name", "width": 208, "right": false, "shown": true, "field": "name"},
  {"name": "duration", "label": "Duration", "title": "Duration", "width": 74, "right": true, "shown": true, "field": "duration_minutes"},
  {"name": "start", "label": "Start", "title": "Start", "width": 112, "right": false, "shown": true, "field": "start"},
  {"name": "finish", "label": "Finish", "title": "Finish", "width": 112, "right": false, "shown": true, "field": "finish"},
  {"name": "predecessors", "label": "Predecessors", "title": "Predecessors by row number", "width": 104, "right": false, "shown": true, "field": "predecessors"},
  {"name": "resources", "label": "Resources", "title": "Resources", "width": 140, "right": false, "shown": true, "field": "resources"},
  {"name": "complete", "label": "% done", "title": "Percent complete", "width": 66, "right": true, "shown": true, "field": "percent_complete"},
  {"name": "float", "label": "Total float", "title": "Total float: how long the task can slip without delaying the project", "width": 88, "right": true, "shown": true, "field": "total_float_minutes"},
  {"name": "criticality", "label": "Criticality", "title": "Criticality index: share of simulation runs in which the task drives the finish", "width": 88, "right": true, "shown": false, "field": "criticality"},
  {"name": "work", "label": "Work", "title": "Hours of work", "width": 74, "right": true, "shown": false, "field": "work_minutes"},
  {"name": "units", "label": "Units", "title": "Units: total allocation of all assignees", "width": 66, "right": true, "shown": false, "field": "units"},
  {"name": "effort", "label": "Task type", "title": "Task type: which of units, duration and work stays fixed", "width": 112, "right": false, "shown": false, "field": "effort"},
  {"name": "type", "label": "Type", "title": "Type: task, milestone or level of effort", "width": 112, "right": false, "shown": false, "field": "kind"},
  {"name": "constraint", "label": "Constraint", "title": "Constraint", "width": 152, "right": false, "shown": false, "field": "constraint"},
  {"name": "constraint_date", "label": "Constraint date", "title": "Date of the constraint", "width": 112, "right": false, "shown": false, "field": "constraint_date"},
  {"name": "deadline", "label": "Deadline", "title": "Deadline", "width": 112, "right": false, "shown": false, "field": "deadline"},
  {"name": "priority", "label": "Priority", "title": "Levelling priority, 0 to 1000. Tasks with 1000 are never moved.", "width": 70, "right": true, "shown": false, "field": "priority"},
  {"name": "calendar", "label": "Calendar", "title": "The task's own calendar", "width": 120, "right": false, "shown": false, "field": "calendar"},
  {"name": "actual_start", "label": "Started", "title": "Actual start", "width": 112, "right": false, "shown": false, "field": "actual_start"},
  {"name": "actual_finish", "label": "Finished", "title": "Actual finish", "width": 112, "right": false, "shown": false, "field": "actual_finish"},
  {"name": "remaining", "label": "Remaining", "title": "Remaining duration", "width": 84, "right": true, "shown": false, "field": "remaining_duration"},
  {"name": "best", "label": "Optimistic", "title": "Optimistic duration", "width": 74, "right": true, "shown": false, "field": "optimistic_minutes"},
  {"name": "worst", "label": "Pessimistic", "title": "Pessimistic duration", "width": 74, "right": true, "shown": false, "field": "pessimistic_minutes"},
  {"name": "deliverable", "label": "Deliverable", "title": "Deliverable", "width": 140, "right": false, "shown": false, "field": "deliverable"},
  {"name": "waiting", "label": "Waiting for", "title": "What the task is waiting for", "width": 160, "right": false, "shown": false, "field": "waiting_for"},
  {"name": "owner", "label": "Milestone owner", "title": "Who is responsible for the milestone", "width": 140, "right": false, "shown": false, "field": "milestone_owner"},
];

export const TABLE_FIELDS: readonly TableField[] = [
  {"name": "name", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
  {"name": "duration_minutes", "kind": "minutes", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "start", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "finish", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "percent_complete", "kind": "percent", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "work_minutes", "kind": "minutes", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "effort", "kind": "choice", "source": "", "none": "", "only": "", "rule": "Choose fixed units, duration or work.", "ofSummary": false, "pasted": true, "inPanel": true, "choices": [["units", "Fixed units"], ["duration", "Fixed duration"], ["work", "Fixed work"]]},
  {"name": "kind", "kind": "choice", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": true, "inPanel": true, "choices": [["task", "Task"], ["summary", "Summary"], ["milestone", "Milestone"], ["effort", "Level of effort"]]},
  {"name": "constraint", "kind": "choice", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": [["ASAP", "As soon as possible"], ["ALAP", "As late as possible"], ["SNET", "Start no earlier than"], ["SNLT", "Start no later than"], ["FNET", "Finish no earlier than"], ["FNLT", "Finish no later than"], ["MSO", "Must start on"], ["MFO", "Must finish on"]]},
  {"name": "constraint_date", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "deadline", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "priority", "kind": "whole", "source": "", "none": "", "only": "", "rule": "A priority is a whole number from 0 to 1000; 1000 is never moved by levelling.", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
  {"name": "calendar", "kind": "record", "source": "calendars", "none": "Project calendar", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "actual_start", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "actual_finish", "kind": "moment", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "remaining_duration", "kind": "minutes", "source": "", "none": "", "only": "", "rule": "", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "optimistic_minutes", "kind": "minutes", "source": "", "none": "", "only": "", "rule": "An estimate is a whole number of minutes, or nothing.", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "pessimistic_minutes", "kind": "minutes", "source": "", "none": "", "only": "", "rule": "An estimate is a whole number of minutes, or nothing.", "ofSummary": true, "pasted": false, "inPanel": true, "choices": []},
  {"name": "deliverable", "kind": "record", "source": "deliverables", "none": "None", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "waiting_for", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "milestone_owner", "kind": "record", "source": "people", "none": "Unassigned", "only": "milestone", "rule": "Only a milestone has an owner. Assign people to the task instead.", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
  {"name": "wbs_code", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "hyperlink", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "elapsed", "kind": "flag", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": false, "choices": []},
  {"name": "manual", "kind": "flag", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "effort_driven", "kind": "flag", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
  {"name": "ignore_resource_calendars", "kind": "flag", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": false, "choices": []},
  {"name": "levelling_delay", "kind": "whole", "source": "", "none": "", "only": "", "rule": "A delay is a whole number of minutes, zero or more.", "ofSummary": false, "pasted": false, "inPanel": false, "choices": []},
  {"name": "active", "kind": "flag", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": false, "inPanel": true, "choices": []},
  {"name": "estimate_shape", "kind": "choice", "source": "", "none": "", "only": "", "rule": "Choose triangular, pert or lognormal.", "ofSummary": false, "pasted": true, "inPanel": true, "choices": [["triangular", "Triangular"], ["pert", "PERT-beta"], ["lognormal", "Lognormal"]]},
  {"name": "estimate_group", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
  {"name": "custom", "kind": "custom", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": false, "choices": []},
  {"name": "notes", "kind": "text", "source": "", "none": "", "only": "", "rule": "", "ofSummary": false, "pasted": true, "inPanel": true, "choices": []},
];
