using System.Text.Json;
using VaeSweep.Results.Figures;
using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Report;

/// <summary>Writes figures as the pages read them (src/web/figures/data.ts).</summary>
public static class FigureJson
{
    /// <summary>Digits of a number: more than a screen shows, fewer than a double has.</summary>
    private const int Digits = 6;

    /// <summary>A heat map's cells are a byte each: 0 to 254 along the scale, 255 for none.</summary>
    private const int Levels = 254;

    private const byte Paper = 255;

    /// <summary>Writes one figure, as an object.</summary>
    public static void Write(Utf8JsonWriter json, Figure figure)
    {
        json.WriteStartObject();
        WriteContent(json, figure);
        json.WriteEndObject();
    }

    /// <summary>Writes the properties of one figure into an object that may have others.</summary>
    public static void WriteContent(Utf8JsonWriter json, Figure figure)
    {
        json.WriteString("kind", figure.Kind);
        json.WriteString("title", figure.Title);
        json.WriteString("legendTitle", figure.LegendTitle);
        Strings(json, "notes", figure.Notes);
        json.WriteStartArray("panels");
        foreach (var panel in figure.Panels)
        {
            json.WriteStartObject();
            json.WriteString("title", panel.Title);
            switch (panel)
            {
                case Chart chart:
                    Write(json, chart);
                    break;
                case TileGrid grid:
                    Write(json, grid);
                    break;
                case ParallelPlot plot:
                    Write(json, plot);
                    break;
                default:
                    throw new InvalidOperationException($"No way to write a {panel.GetType().Name}.");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Chart chart)
    {
        json.WriteString("type", "chart");
        Axis(json, "x", chart.X);
        Axis(json, "y", chart.Y);
        Scale(json, chart.Scale);
        json.WriteNumber("aspect", chart.Aspect);
        json.WriteStartArray("marks");
        foreach (var mark in chart.Marks)
        {
            json.WriteStartObject();
            json.WriteString("name", mark.Name);
            json.WriteString("color", mark.Color);
            Write(json, mark, chart);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Mark mark, Chart chart)
    {
        switch (mark)
        {
            case LineMark line:
                json.WriteString("type", "line");
                Numbers(json, "x", line.X);
                Numbers(json, "y", line.Y);
                json.WriteBoolean("dashed", line.Dashed);
                json.WriteNumber("width", line.Width);
                json.WriteBoolean("dots", line.Dots);
                break;
            case BandMark band:
                json.WriteString("type", "band");
                Numbers(json, "x", band.X);
                Numbers(json, "low", band.Low);
                Numbers(json, "high", band.High);
                json.WriteNumber("opacity", band.Opacity);
                break;
            case PointMark points:
                json.WriteString("type", "points");
                Numbers(json, "x", points.X);
                Numbers(json, "y", points.Y);
                Numbers(json, "values", points.Values);
                Strings(json, "labels", points.Labels);
                json.WriteNumber("radius", points.Radius);
                json.WriteNumber("opacity", points.Opacity);
                break;
            case ErrorMark errors:
                json.WriteString("type", "errors");
                Numbers(json, "x", errors.X);
                Numbers(json, "low", errors.Low);
                Numbers(json, "high", errors.High);
                break;
            case BarMark bars:
                json.WriteString("type", "bars");
                Numbers(json, "values", bars.Values);
                json.WriteBoolean("horizontal", bars.Horizontal);
                Numbers(json, "low", bars.Errors?.Select(e => e.Low));
                Numbers(json, "high", bars.Errors?.Select(e => e.High));
                break;
            case HistogramMark histogram:
                json.WriteString("type", "histogram");
                Numbers(json, "edges", histogram.Edges);
                Numbers(json, "heights", histogram.Heights);
                break;
            case HeatMark heat:
                json.WriteString("type", "heat");
                Numbers(json, "x", heat.X);
                Numbers(json, "y", heat.Y);
                json.WriteBase64String("cells", Cells(heat, chart.Scale!));
                break;
            default:
                throw new InvalidOperationException($"No way to write a {mark.GetType().Name}.");
        }
    }

    private static byte[] Cells(HeatMark heat, ColorScale scale)
    {
        var plain = scale with { Reversed = false };
        var cells = new byte[heat.Cells.Length];
        var i = 0;
        foreach (var value in heat.Cells)
            cells[i++] = double.IsNaN(value) ? byte.MaxValue : (byte)Math.Round(Levels * plain.At(value));

        return cells;
    }

    private static void Write(Utf8JsonWriter json, TileGrid grid)
    {
        var mosaic = TileMosaic.Of(grid, Paper);
        json.WriteString("type", "tiles");
        json.WriteNumber("columns", grid.Columns);
        json.WriteNumber("rows", grid.Rows);
        json.WriteNumber("width", mosaic.Width);
        json.WriteNumber("height", mosaic.Height);
        json.WriteString(
            "image", "data:image/png;base64,"
                + $"{Convert.ToBase64String(PngFile.Encode(mosaic.Width, mosaic.Height, 1, mosaic.Pixels))}");
        Strings(json, "rowLabels", grid.RowLabels);
        Strings(json, "columnLabels", grid.ColumnLabels);
        json.WriteString("xLabel", grid.XLabel);
        json.WriteString("yLabel", grid.YLabel);
    }

    private static void Write(Utf8JsonWriter json, ParallelPlot plot)
    {
        json.WriteString("type", "parallel");
        json.WriteStartArray("axes");
        foreach (var axis in plot.Axes)
        {
            json.WriteStartObject();
            Content(json, axis);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("lines");
        foreach (var line in plot.Lines)
        {
            json.WriteStartArray();
            foreach (var value in line)
                Number(json, value);

            json.WriteEndArray();
        }

        json.WriteEndArray();
        Scale(json, plot.Scale);
    }

    private static void Axis(Utf8JsonWriter json, string name, ChartAxis axis)
    {
        json.WriteStartObject(name);
        Content(json, axis);
        json.WriteEndObject();
    }

    private static void Content(Utf8JsonWriter json, ChartAxis axis)
    {
        json.WriteString("label", axis.Text);
        Strings(json, "categories", axis.Categories);
        json.WriteBoolean("log", axis.Log);
        json.WriteBoolean("whole", axis.Whole);
        json.WritePropertyName("min");
        Number(json, axis.Min);
        json.WritePropertyName("max");
        Number(json, axis.Max);
        Numbers(json, "ticks", axis.TicksAt);
    }

    private static void Scale(Utf8JsonWriter json, ColorScale? scale)
    {
        if (scale is null)
        {
            json.WriteNull("scale");
            return;
        }

        json.WriteStartObject("scale");
        json.WriteString("label", scale.Text);
        json.WriteNumber("min", scale.Min);
        json.WriteNumber("max", scale.Max);
        json.WriteBoolean("reversed", scale.Reversed);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);

        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
            Number(json, value);

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, double value) => JsonRenderer.WriteNumber(json, Rounded(value));

    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;

        var digits = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is >= 0 and <= 15 ? Math.Round(value, digits) : value;
    }
}
