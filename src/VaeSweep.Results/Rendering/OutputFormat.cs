namespace VaeSweep.Results;

/// <summary>How rows are written.</summary>
public enum OutputFormat
{
    /// <summary>A table for a terminal.</summary>
    Text,

    /// <summary>One array of objects; numbers unrounded.</summary>
    Json,

    /// <summary>RFC 4180 with a header; numbers unrounded.</summary>
    Csv,

    /// <summary>A Markdown table.</summary>
    Md,

    /// <summary>A tabular with booktabs rules.</summary>
    Latex,

    /// <summary>A piece of a page: a figure with a table.</summary>
    Html,

    /// <summary>One JSON object a line; numbers unrounded.</summary>
    Jsonl,
}
