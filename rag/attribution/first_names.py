"""First names that tell he from she: common ones of many countries, without those that are given to both or that
are also places ("Jordan", "Charlotte", "Robin")."""

from __future__ import annotations

MALE = frozenset(
    """
    Aaron Abdel Abdul Abdullah Abel Abraham Adam Adrian Ahmad Ahmed Alain Alan Albert Alberto Alec Alejandro
    Aleksandr Alessandro Alexander Alexandre Alexei Alfonso Alfred Ali Allan Allen Alonzo Alvin Amir Anatoly
    Anders Andre Andrea Andreas Andrei Andrew Andrey Andriy Andrzej Andy Angus Anil Antoine Anton Antonio
    António Antony Anthony Archie Arjun Arnold Arthur Arturo Arun Ashok Asif Barack Barry Bart Bashar Ben
    Benedict Benjamin Bernard Bernardo Bernie Bertrand Bill Billy Björn Bob Bobby Boris Brad Bradley Brandon
    Brendan Brent Brett Brian Bruce Bruno Bryan Bryce Caleb Calvin Carl Carlo Carlos Cesar César Charles Charlie
    Chris Christian Christopher Christophe Chuck Clarence Claude Claudio Clayton Clint Clive Clyde Cody Colin
    Connor Conor Craig Curtis Cyril Damian Damien Damon Dan Daniel Daniil Danny Darius Darren Darryl Daryl Dave
    David Dean Declan Denis Dennis Derek Derrick Desmond Diego Dieter Dimitri Dirk Dmitri Dmitry Dmytro Dominic
    Dominik Don Donald Donnie Doug Douglas Duncan Dustin Dwayne Dwight Dylan Earl Ed Eddie Edgar Eduardo Edmund
    Edward Edwin Elijah Elliott Elon Elvis Emanuel Emilio Emmanuel Enrique Eric Erik Ernest Ernesto Ethan Eugene
    Evan Fabio Federico Felipe Felix Ferdinand Fernando Filip Florian Floyd Francesco Francisco Franco François
    Frank Franklin Franz Fred Freddie Frederick Fredrik Friedrich Gabriel Gareth Garrett Gary Gavin Geoff
    Geoffrey George Georgi Gerald Gerard Gerhard Gilbert Giovanni Giuseppe Glenn Gordon Graham Grant Greg Gregg
    Gregor Gregory Guillaume Guillermo Gustavo Guy Hamid Hamza Hans Harold Harry Harvey Hassan Hazhar Hector
    Heinrich Helmut Henrik Henry Herbert Herman Herschel Hiroshi Hossein Howard Hubert Hugh Hugo Hussein Ian
    Ibrahim Igor Ilya Imran Isaac Isaiah Ismail Ivan Jack Jacob Jacques Jaime Jair Jake Jakob Jalen Jamal James
    Jan Jared Jason Javier Jay Jeff Jefferson Jeffrey Jens Jeremy Jerome Jerry Jesse Jesús Jim Jimmy Joachim
    Joaquin Joe Joel Johan Johannes John Johnny Jon Jonah Jonas Jonathan Jorge Jose José Josef Joseph Josh
    Joshua Juan Jude Julian Julien Julio Jürgen Justin Kamal Karim Karl Keir Keith Ken Kenneth Kent Kenny Kevin
    Khalid Kirk Klaus Konstantin Kurt Kyle Lamar Lance Larry Lars Laurent Lawrence Lebron LeBron Leo Leon
    Leonard Leonardo Leonid Leroy Levi Lewis Liam Lionel Lloyd Logan Lorenzo Louis Luca Lucas Luigi Luis Luiz
    Lukas Luke Magnus Mahmoud Malcolm Manuel Marc Marcel Marcelo Marco Marcos Marcus Mario Mark Markus Marshall
    Martin Marvin Massimo Mateo Matt Matteo Matthew Matthias Maurice Maverick Max Maxim Maximilian Maxwell
    Mehmet Mel Michael Michel Miguel Mikael Mike Mikhail Milan Miles Mitch Mitt Mohamed Mohammad Mohammed Moritz
    Muhammad Mustafa Nasser Nathan Nathaniel Naftali Neil Nelson Nicholas Nick Nicolas Nigel Nikolai Nikolas
    Noah Norman Novak Olaf Oleg Oleksandr Oleksiy Oliver Olivier Omar Oscar Oswald Otto Owen Pablo Paolo Patrick
    Paul Paulo Pavel Pedro Pep Per Pete Peter Phil Philip Philippe Phillip Pierre Pyotr Qasim Qassem Qassim
    Rafael Rahul Rajesh Ralph Ramon Randall Randy Raphael Rashid Raul Ravi Ray Raymond Recep Reggie Reinhard Rex
    Ricardo Rich Richard Rick Rishi Rob Robert Roberto Rod Rodney Rodrigo Roger Roland Roman Ron Ronald Ronnie
    Roy Ruben Rudolf Rudy Rupert Russell Ryan Sadiq Sajid Salman Salvador Salvatore Samuel Santiago Saul Scott
    Sean Sebastian Serge Sergei Sergey Sergio Seth Shane Shaun Shawn Shinzo Silvio Simon Solomon Spencer Stan
    Stanislav Stanley Stefan Stefano Stephen Steve Steven Stewart Stuart Sven Ted Terrence Terry Theodore
    Thierry Thomas Tiger Tim Timothy Toby Todd Tom Tomas Tommy Tony Travis Trevor Tristan Tucker Tyler Tyrone
    Ulrich Umar Uwe Vadim Vernon Victor Vijay Viktor Vince Vincent Vitali Vitaly Vladimir Volodymyr Wade Walter
    Warren Wayne Wesley Wilhelm Will Willem William Willie Wolfgang Xavier Yair Yannick Yevgeny Yitzhak Yoav
    Yoon Yuri Yusuf Yves Zach Zachary Zane
    """.split()  # noqa: SIM905 - as prose it can be read
) - {"Andrea", "Jan", "Earl", "Will", "Marshall", "Guy", "Grant", "Per", "Rex", "Rich", "Miles", "Santiago"}
FEMALE = frozenset(
    """
    Abigail Adele Adriana Agnes Aisha Alejandra Alexandra Alice Alicia Alina Alison Allison Alyssa Amanda Amber
    Amelia Amina Amy Ana Anastasia Andrea Angela Angelina Anita Anjali Ann Anna Annabelle Anne Annette Annie
    Antonia Anya April Ariana Arlene Ashley Astrid Audrey Aurora Ava Barbara Beatrice Becky Belinda Bella
    Bernadette Bernice Beth Bethany Betsy Betty Beverly Beyoncé Bianca Birgit Bonnie Brenda Bridget Britney
    Brittany Brittney Camila Camilla Candace Cara Carla Carmen Carol Carole Carolina Caroline Carolyn Carrie
    Catalina Catherine Cathy Cecilia Celia Chantal Cheryl Chloe Christiane Christina Christine Cindy Claire
    Clara Claudia Colleen Connie Constance Cora Corinne Courtney Cristina Crystal Cynthia Daisy Daniela Danielle
    Daphne Darlene Dawn Debbie Deborah Debra Delia Denise Diana Diane Dolly Dolores Donna Dora Doris Dorothy
    Edith Eileen Elaine Elena Eleanor Elisabeth Eliza Elizabeth Ella Ellen Elsa Emilia Emily Emma Erica Erika
    Erin Esther Ethel Eva Evelyn Fatima Faye Felicia Fiona Flora Frances Francesca Frida Gabriela Gabrielle Gail
    Gemma Genevieve Geraldine Gertrude Gillian Gina Giorgia Giulia Glenda Gloria Grace Greta Gretchen Gwen
    Hailey Hanna Hannah Harriet Heather Heidi Helen Helena Hilary Hillary Hilda Holly Ida Ilhan Imelda Ingrid
    Irene Irina Iris Isabel Isabella Isabelle Ivana Ivanka Jacinda Jacqueline Jane Janet Janice Jasmine
    Jean-Pierre Jeanette Jeanne Jeannie Jen Jenna Jennifer Jenny Jessica Jill Joan Joanna Joanne Jocelyn
    Josephine Joyce Juanita Judith Judy Julia Juliana Julie Juliet Juliette June Kaitlin Kamala Karen Karin
    Karine Karla Katarina Kate Katharine Katherine Kathleen Kathryn Kathy Katie Katrina Katya Kayla Kelly Kendra
    Khadija Kimberly Kirsten Kirstie Kristen Kristin Kristina Krystal Kyrsten Laila Lana Laura Lauren Laurie
    Layla Lena Leticia Lidia Lila Lillian Lily Linda Lisa Liz Liza Lois Lola Lorena Loretta Lori Lorraine Louisa
    Louise Lucia Lucille Lucy Ludmila Lydia Lynda Mabel Magda Maggie Mai Malala Malia Mandy Margaret Margarita
    Margot Maria María Mariah Mariam Marian Mariana Marianne Marie Marilyn Marina Marine Marjorie Marlene Marsha
    Marta Martha Martina Mary Maryam Matilda Maureen Maya Megan Meghan Melania Melanie Melinda Melissa Mercedes
    Meredith Mia Michaela Michele Michelle Mildred Miranda Miriam Molly Monica Monika Muriel Myra Nadia Nadine
    Nancy Naomi Natalia Natalie Natasha Nellie Nicola Nicole Nikki Nina Nora Norma Olena Olga Olivia Oksana
    Oprah Pamela Patricia Patty Paula Pauline Peggy Penelope Penny Petra Philippa Phoebe Phyllis Polly Priscilla
    Priya Priyanka Rachel Ramona Raquel Rebecca Regina Renata Renee Rhonda Rihanna Rita Roberta Ronda Rosa
    Rosalind Rosalyn Rose Rosemary Rosie Roxanne Ruby Ruth Sabrina Sally Samantha Sandra Sanna Sara Sarah Selena
    Serena Shakira Shannon Sharon Sheila Shelley Sherry Shirley Silvia Simone Sofia Sonia Sonya Sophia Sophie
    Stacey Stella Stephanie Sue Suella Susan Susanna Susanne Susie Suzanne Svetlana Sylvia Tabitha Tamara Tammy
    Tanya Tara Tatiana Teresa Tess Theresa Therese Tiffany Tina Tracy Trudy Ursula Valentina Valerie Vanessa
    Vera Veronica Vicky Victoria Viola Violet Vivian Wanda Wendy Whitney Whoopi Wilma Winifred Yolanda Yulia
    Yvette Yvonne Zara Zelda Zoe
    """.split()  # noqa: SIM905 - as prose it can be read
) - {
    "Andrea",
    "Jean-Pierre",
    "June",
    "April",
    "Aurora",
    "Nicola",
    "Marian",
    "Regina",
    "Mercedes",
    "Marine",
    "Michele",
}
